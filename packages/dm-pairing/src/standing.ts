import type { ChannelAddress, EpochMs, SenderId } from '@openclaw/pairing-contracts'
import type { SenderRecord } from './collections.ts'
import { decidePolicy, type PolicyDecision } from './decide-policy.ts'
import { isGranted, isOver, isResting } from './expiry.ts'
import { prefixOf } from './keys.ts'
import type { Parts } from './parts.ts'
import type { Rules } from './rules.ts'

/** A sender on an account, with the other ids that this very event proves. */
export interface Candidate extends ChannelAddress {
  readonly senderId: SenderId
  readonly aliases: readonly SenderId[]
}

/** Where a sender stands now, and what it rests on. */
export interface Standing {
  readonly decision: PolicyDecision
  readonly rules: Rules
  /** The store's record that was most telling, under the id or an alias. */
  readonly record: SenderRecord | undefined
}

/** Where a sender stands: one look-up per id, no transaction. The gate and `why` share it. */
export function standingOf(
  parts: Parts,
  candidate: Candidate,
  { now, prefix }: { readonly now: EpochMs; readonly prefix: string },
): Standing {
  const rules = parts.rulesOf(candidate)
  const senders = parts.views.senders()
  const own = senders.get(prefix + candidate.senderId)
  const record =
    candidate.aliases.length === 0
      ? own
      : mostTelling([own, ...candidate.aliases.map((alias) => senders.get(prefix + alias))], now)
  return { decision: decisionOf(parts, candidate, { rules, record, now }), rules, record }
}

function decisionOf(
  parts: Parts,
  candidate: Candidate,
  {
    rules,
    record,
    now,
  }: {
    readonly rules: Rules
    readonly record: SenderRecord | undefined
    readonly now: EpochMs
  },
): PolicyDecision {
  return decidePolicy(rules.policy, {
    blocked: record?.state === 'blocked',
    owner: isIn(rules.owners, candidate) || isStoreOwner(parts, candidate),
    configured: isIn(rules.allowed, candidate),
    wildcard: rules.wildcard,
    granted: isGranted(record, now),
  })
}

/** Belongs to the look at the senders a moment ago, so that a message costs one look at the store. */
function isStoreOwner(parts: Parts, { channel, senderId, aliases }: Candidate): boolean {
  const owners = parts.views.owners()
  if (owners.peek(`${channel}/${senderId}`) !== undefined) return true
  return aliases.some((alias) => owners.peek(`${channel}/${alias}`) !== undefined)
}

function isIn(senders: ReadonlySet<SenderId>, candidate: Candidate): boolean {
  if (senders.size === 0) return false
  return senders.has(candidate.senderId) || candidate.aliases.some((alias) => senders.has(alias))
}

/** A block of any id counts for the person, then a grant of any. */
function mostTelling(
  records: readonly (SenderRecord | undefined)[],
  now: EpochMs,
): SenderRecord | undefined {
  return (
    records.find((record) => record?.state === 'blocked') ??
    records.find((record) => isGranted(record, now)) ??
    records.find((record) => record !== undefined)
  )
}

/** Where a stranger stands in the queue of an account. */
export type Queue =
  | { readonly place: 'waiting'; readonly requestId: string; readonly senderId: SenderId }
  | { readonly place: 'resting'; readonly requestId: string; readonly until: EpochMs }
  | { readonly place: 'full' }
  | { readonly place: 'free' }

const FULL: Queue = { place: 'full' }
const FREE: Queue = { place: 'free' }

/** Where a stranger stands in the queue, from memory alone. */
export function queueOf(parts: Parts, candidate: Candidate, now: EpochMs): Queue {
  const prefix = prefixOf(candidate)
  const requests = parts.views.requests()
  const rests = parts.views.rests()
  for (const senderId of [candidate.senderId, ...candidate.aliases]) {
    const request = requests.get(prefix + senderId)
    if (request && !isOver(request, now)) {
      return { place: 'waiting', requestId: request.requestId, senderId }
    }
    const rest = rests.get(prefix + senderId)
    if (isResting(rest, now)) return { place: 'resting', ...rest }
  }
  const waiting = requests.entries(prefix).filter(({ value }) => !isOver(value, now)).length
  return waiting >= parts.rulesOf(candidate).maxPending ? FULL : FREE
}
