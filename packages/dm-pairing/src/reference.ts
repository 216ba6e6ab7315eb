import { equalPairingCodes, parsePairingCode } from '@openclaw/pairing-code'
import {
  type Actor,
  type ChannelAddress,
  type Entry,
  isOpenClawError,
  type SenderAddress,
  type Transaction,
} from '@openclaw/pairing-contracts'
import { EXPIRY } from './actors.ts'
import { countWrongCode, forgetWrongCodes, slowedUntil } from './attempts.ts'
import { REQUESTS, type RequestRecord, SETTLED, type SettledRecord } from './collections.ts'
import { isOver } from './expiry.ts'
import { parseSenderKey, prefixOf } from './keys.ts'
import { isRequestId } from './request-id.ts'
import { expiredAt } from './settle.ts'
import { toSettledRequest } from './shown.ts'
import type { NotPending } from './types.ts'

/** What a person typed, read. */
export type Typed =
  | { readonly kind: 'id'; readonly requestId: string }
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'malformed'; readonly why: string }

/** Where a reference led. */
export type Resolved =
  | { readonly outcome: 'pending'; readonly sender: SenderAddress; readonly request: RequestRecord }
  | NotPending

/** Reads what a person typed: a request id, or a code in any spelling or from a pasted reply. */
export function readTyped(typed: string): Typed {
  const id = typed.trim().toLowerCase()
  if (isRequestId(id)) return { kind: 'id', requestId: id }
  try {
    return { kind: 'code', code: parsePairingCode(typed) }
  } catch (error) {
    if (!isOpenClawError(error)) throw error
    return { kind: 'malformed', why: [error.message, error.hint].filter(Boolean).join('. ') }
  }
}

/** Who asks for what, on which account. */
export interface Lookup {
  readonly actor: Actor
  readonly address: ChannelAddress
  readonly typed: Typed
}

/**
 * Finds the pending request that a reference names. Wrong codes from afar are counted and slowed; while slowed no
 * code is compared at all. An id is never counted.
 */
export async function resolveReference(tx: Transaction, lookup: Lookup): Promise<Resolved> {
  const { actor, address, typed } = lookup
  if (typed.kind === 'malformed') return { outcome: 'malformed', why: typed.why }
  if (typed.kind === 'code') {
    const retryAt = await slowedUntil(tx, actor)
    if (retryAt !== undefined) return { outcome: 'slowed', retryAt }
  }
  const resolved =
    (await findPending(tx, address, typed)) ?? (await findSettled(tx, address, typed))
  if (resolved) return resolved
  if (typed.kind === 'code') await countWrongCode(tx, actor)
  return { outcome: 'unknown', elsewhere: await elsewhere(tx, lookup) }
}

/**
 * A decision by a code that was right: the actor starts afresh. To look a request up forgives nothing, or one known
 * code between the guesses would keep them from ever being slowed.
 */
export async function forgiveWrongCodes(
  tx: Transaction,
  { actor, typed }: Pick<Lookup, 'actor' | 'typed'>,
): Promise<void> {
  if (typed.kind === 'code') await forgetWrongCodes(tx, actor)
}

type Named = Exclude<Typed, { kind: 'malformed' }>

async function findPending(
  tx: Transaction,
  address: ChannelAddress,
  typed: Named,
): Promise<Resolved | undefined> {
  const found = matching(await tx.list(REQUESTS, prefixOf(address)), typed)
  const sender = found && parseSenderKey(found.key)
  if (!found || !sender) return undefined
  const request = found.value
  if (!isOver(request, tx.now)) return { outcome: 'pending', sender, request }
  const ended = {
    senderId: sender.senderId,
    outcome: 'expired',
    at: expiredAt(request, tx.now),
    by: EXPIRY,
  } as const
  return { outcome: 'settled', settled: toSettledRequest(sender, request.requestId, ended) }
}

/** Compares with every request, and each in constant time: the time tells nothing. */
function matching(
  requests: readonly Entry<RequestRecord>[],
  typed: Named,
): Entry<RequestRecord> | undefined {
  let found: Entry<RequestRecord> | undefined
  for (const entry of requests) {
    const same =
      typed.kind === 'id'
        ? entry.value.requestId === typed.requestId
        : equalPairingCodes(entry.value.code, typed.code)
    if (same) found = entry
  }
  return found
}

async function findSettled(
  tx: Transaction,
  address: ChannelAddress,
  typed: Named,
): Promise<Resolved | undefined> {
  const prefix = prefixOf(address)
  const found =
    typed.kind === 'id'
      ? await settledById(tx, prefix + typed.requestId)
      : newest(await tx.list(SETTLED, prefix), typed.code)
  if (found === undefined) return undefined
  const requestId = found.key.slice(prefix.length)
  return { outcome: 'settled', settled: toSettledRequest(address, requestId, found.value) }
}

async function settledById(
  tx: Transaction,
  key: string,
): Promise<Entry<SettledRecord> | undefined> {
  const value = await tx.get(SETTLED, key)
  return value && { key, value }
}

function newest(
  settled: readonly Entry<SettledRecord>[],
  code: string,
): Entry<SettledRecord> | undefined {
  const same = settled.filter(({ value }) => equalPairingCodes(value.code, code))
  return same.reduce<Entry<SettledRecord> | undefined>(
    (latest, entry) => (latest && latest.value.at > entry.value.at ? latest : entry),
    undefined,
  )
}

/** Other accounts where it is pending; only for those who may look at all of them. */
async function elsewhere(
  tx: Transaction,
  { actor, address, typed }: Lookup,
): Promise<readonly ChannelAddress[]> {
  if (typed.kind === 'malformed' || !LOOKS_EVERYWHERE.has(actor.kind)) return []
  const here = prefixOf(address)
  const others = (await tx.list(REQUESTS, '')).filter(({ key }) => !key.startsWith(here))
  return others.flatMap((entry) => {
    const sender = parseSenderKey(entry.key)
    const same = matching([entry], typed) !== undefined && !isOver(entry.value, tx.now)
    return sender && same ? [{ channel: sender.channel, account: sender.account }] : []
  })
}

const LOOKS_EVERYWHERE: ReadonlySet<string> = new Set(['root', 'library', 'owner', 'page'])
