import type { EpochMs, Transaction } from '@openclaw/pairing-contracts'
import { beyond, type Extent, within } from './access.ts'
import { deviceActor } from './actors.ts'
import { askBeside } from './ask.ts'
import { DEVICES, type GrantRecord } from './collections.ts'
import { judge } from './judge.ts'
import { roleKeyOf } from './keys.ts'
import { CLOCK_SLACK_MS, TOKEN_PAUSE_MS } from './limits.ts'
import { noteVisit } from './memory.ts'
import { intentOf, type Parts } from './parts.ts'
import { printable } from './text.ts'
import { isRightToken, mintToken, nextToken } from './tokens.ts'
import type { Admission, Arrival, FreshToken } from './types.ts'

/** A device that gets in, with what it was granted. */
export interface Entrance {
  readonly arrival: Arrival
  readonly wanted: Extent
  readonly grant: GrantRecord
  /** What the owner calls it. */
  readonly label: string | undefined
}

type Admitted = Extract<Admission, { readonly outcome: 'admitted' }>

/** Lets a paired device in. Writes only when it has to be handed a token, or its commands are pinned. */
export async function admit(parts: Parts, entrance: Entrance): Promise<Admitted | 'again'> {
  const presented = presentedOf(parts, entrance)
  const changes = isTokenDue(entrance.grant, presented, parts.clock.now()) || isPinDue(entrance)
  const made = changes ? await change(parts, entrance, presented) : { grant: entrance.grant }
  if (made === 'again') return 'again'
  const admitted = admittedOf(parts, { ...entrance, grant: made.grant }, presented)
  const asks = await offerMore(parts, { ...entrance, grant: made.grant })
  return { ...admitted, token: made.token, ...(asks ? { asks } : {}) }
}

function admittedOf(
  parts: Parts,
  { arrival, wanted, grant, label }: Entrance,
  presented: Admitted['presented'],
): Admitted {
  const { device, address } = arrival
  const { deviceId, role, description } = device
  const visit = { role, at: parts.clock.now(), address, description }
  noteVisit(parts.memory, roleKeyOf(device), visit)
  const { generation } = grant
  return {
    outcome: 'admitted',
    device: { deviceId, role, ...within(grant, wanted), generation },
    token: undefined,
    presented,
    name: label ?? printable(description.displayName),
  }
}

function presentedOf(
  { sha256 }: Parts,
  { arrival: { deviceToken }, grant: { token } }: Entrance,
): Admitted['presented'] {
  if (deviceToken === undefined) return 'absent'
  return token && isRightToken(sha256, deviceToken, token.hash) ? 'right' : 'stale'
}

/** At most one fresh token in a while, so that a device that throws them away does not fill the journal. */
function isTokenDue(
  { token }: GrantRecord,
  presented: Admitted['presented'],
  now: EpochMs,
): boolean {
  if (presented === 'right') return false
  const handedAt = token?.handedAt
  if (handedAt === undefined) return true
  return now - handedAt >= TOKEN_PAUSE_MS || handedAt - now > CLOCK_SLACK_MS
}

/** 2026.2 knew no commands: those of the first connect that has some are what its owner agreed to. */
function isPinDue({ grant, wanted }: Pick<Entrance, 'grant' | 'wanted'>): boolean {
  return grant.commandsOpen === true && wanted.commands.length > 0
}

interface Changed {
  readonly grant: GrantRecord
  readonly token?: FreshToken | undefined
}

/** Judges again within the transaction: what was revoked meanwhile gets no token. */
async function change(
  parts: Parts,
  { arrival, wanted }: Entrance,
  presented: Admitted['presented'],
): Promise<Changed | 'again'> {
  const { device } = arrival
  const { deviceId, role } = device
  const intent = intentOf(deviceActor(deviceId, role), 'device.token.handed')
  return parts.store.transact(intent, async (tx): Promise<Changed | 'again'> => {
    const record = await tx.get(DEVICES, deviceId)
    const judgement = judge(record, device, wanted)
    const stays = judgement.fits || judgement.reason === 'scope-upgrade'
    if (!record || !stays || !judgement.grant) return 'again'
    const pinned = withCommands(judgement.grant, wanted)
    const made = withToken(parts, tx, { grant: pinned, role, presented })
    if (made.grant === judgement.grant) return made
    tx.put(DEVICES, deviceId, { ...record, grants: { ...record.grants, [role]: made.grant } })
    tx.note({ deviceId, role, token: made.token !== undefined })
    return made
  })
}

function withCommands(grant: GrantRecord, wanted: Extent): GrantRecord {
  if (!isPinDue({ grant, wanted })) return grant
  const { commandsOpen: _, ...rest } = grant
  return { ...rest, commands: wanted.commands }
}

function withToken(
  parts: Parts,
  tx: Transaction,
  {
    grant,
    role,
    presented,
  }: {
    readonly grant: GrantRecord
    readonly role: FreshToken['role']
    readonly presented: Admitted['presented']
  },
): Changed {
  if (!isTokenDue(grant, presented, tx.now)) return { grant }
  const { token, hash } = mintToken(parts.random, parts.sha256)
  const record = nextToken(grant.token, hash, { now: tx.now, handedAt: tx.now })
  return {
    grant: { ...grant, token: record },
    token: { token, role, scopes: grant.scopes, issuedAt: tx.now },
  }
}

/** A node that offers more than was granted is connected without the rest, and the owner sees what else it offers. */
async function offerMore(parts: Parts, { arrival, wanted, grant }: Entrance) {
  const more = beyond(grant, wanted).commands.length > 0
  if (!more || grant.commandsOpen) return undefined
  const { by } = arrival.mayAsk
  return askBeside(parts, {
    arrival,
    wanted: { ...within(grant, wanted), commands: wanted.commands },
    reason: 'command-upgrade',
    askedBy: by === 'shared-secret' ? by : 'paired-key',
  })
}
