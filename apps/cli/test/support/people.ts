import { createHash, randomBytes } from 'node:crypto'
import { nodeFileStore } from '@openclaw/credential-store/node'
import { dmDocumentFamilies } from '@openclaw/dm-pairing'
import { createPairing, type Pairing } from '@openclaw/pairing'
import { openPairing } from '@openclaw/pairing/node'
import { CHANNELS } from '@openclaw/pairing-config'
import type {
  AccountId,
  ChannelName,
  Clock,
  EpochMs,
  GateOutcome,
  InboundDm,
  SenderId,
} from '@openclaw/pairing-contracts'
import type { Home } from './cli.ts'

/** Somebody who writes. */
export interface Writer {
  readonly channel?: string
  readonly account?: string
  readonly id: string
  readonly meta?: Readonly<Record<string, string>>
}

let order = 0

/** A message as a channel's adapter makes one. */
export function message({
  channel = 'telegram',
  account = 'default',
  id,
  meta = {},
}: Writer): InboundDm {
  order += 1
  return {
    kind: 'dm',
    channel: channel as ChannelName,
    account: account as AccountId,
    senderId: id as SenderId,
    aliases: [],
    replyTo: id,
    messageKey: `test-${String(process.pid)}-${String(order)}`,
    sentAt: Date.now() as EpochMs,
    meta,
    text: 'hello',
  }
}

/** When it is. */
export interface Moment {
  /** That long before now, in ms. */
  readonly agoMs: number
}

/** Somebody writes to the bot, through the real gate and the real store of a home. */
export async function writes(
  home: Home,
  writer: Writer,
  { agoMs }: Moment = { agoMs: 0 },
): Promise<GateOutcome> {
  const pairing = agoMs === 0 ? await openPairing({ env: home.env }) : await openedAgo(home, agoMs)
  try {
    return await pairing.gate(message(writer))
  } finally {
    await pairing.close()
  }
}

/** The same state with a clock that is slow. */
async function openedAgo(home: Home, agoMs: number): Promise<Pairing> {
  const clock: Clock = { now: () => (Date.now() - agoMs) as EpochMs }
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
  const families = dmDocumentFamilies(CHANNELS.map(({ name }) => name))
  const store = await nodeFileStore({ root: home.stateDir, mode: 'write', clock, families })
  const policy = { policy: 'pairing', allowFrom: [], owners: [], replyMode: 'code' } as const
  return createPairing(
    { store, clock, random: randomBytes, sha256, channels: CHANNELS },
    {
      policyOf: () => ({ ...policy, allowFromSource: 'nowhere', maxPending: 3 }),
      addresses: () => [],
      approveCommand: (_, reference) => reference,
      cli: 'openclaw',
    },
  )
}

/** Somebody writes and asks by that; answers their code and the id of their request. */
export async function asks(
  home: Home,
  writer: Writer,
  moment?: Moment,
): Promise<{ readonly code: string; readonly requestId: string }> {
  const outcome = await writes(home, writer, moment)
  if (outcome.outcome !== 'challenge' || outcome.reply?.copyable === undefined) {
    throw new Error(`no code was given: ${outcome.outcome}: ${outcome.reason}`)
  }
  return { code: outcome.reply.copyable, requestId: outcome.requestId }
}
