import type { ChannelAddress, EpochMs, SenderId } from '@openclaw/pairing-contracts'
import type { SenderRecord } from './collections.ts'
import { decidePolicy, type PolicyDecision } from './decide-policy.ts'
import { isGranted } from './expiry.ts'
import type { Parts } from './parts.ts'
import type { Rules } from './rules.ts'
import { idsIn, isPassedOn, isSomebodyElse, type Known, mostTelling } from './same-person.ts'

/** A sender on an account, with the other ids that this very event proves. */
export interface Candidate extends ChannelAddress {
  readonly senderId: SenderId
  readonly aliases: readonly SenderId[]
}

/** The same on whichever account. */
export type Seen = Pick<Candidate, 'channel' | 'senderId' | 'aliases'>

/** Where a sender stands now, and what it rests on. */
export interface Standing {
  readonly decision: PolicyDecision
  readonly rules: Rules
  /** The store's record that was most telling, under an id of theirs. */
  readonly record: SenderRecord | undefined
  /** Everything that the store has under these ids, also of others who had one of them. */
  readonly known: readonly Known[]
}

/** The sender's id and the others that the event proves. */
export function idsOf({
  senderId,
  aliases,
}: Pick<Candidate, 'senderId' | 'aliases'>): readonly SenderId[] {
  return [senderId, ...aliases]
}

/** Where a sender stands: two look-ups per id, no transaction. The gate and `why` share it. */
export function standingOf(
  parts: Parts,
  candidate: Candidate,
  { now, prefix }: { readonly now: EpochMs; readonly prefix: string },
): Standing {
  const rules = parts.rulesOf(candidate)
  const known = knownOf(parts, candidate, prefix)
  const record = mostTelling(theirs(parts, candidate, known), now)?.record
  return {
    decision: decisionOf(parts, candidate, { rules, known, record, now }),
    rules,
    record,
    known,
  }
}

/** A block counts for whoever has the id; everything else only for the person whom it was about. */
export function theirs(parts: Parts, candidate: Seen, known: readonly Known[]): readonly Known[] {
  // An event of one id cannot show that it is another's.
  if (candidate.aliases.length === 0 || known.length === 0) return known
  const kindOf = parts.lastingKindOf(candidate.channel)
  const shown = idsOf(candidate)
  return known.filter(
    (each) => each.record.state === 'blocked' || !isSomebodyElse(kindOf, idsIn(each), shown),
  )
}

const NOBODY: readonly Known[] = []

function knownOf(parts: Parts, candidate: Candidate, prefix: string): readonly Known[] {
  const { senderId, aliases } = candidate
  const senders = parts.views.senders()
  const others = parts.views.aliases()
  // `get` looks at the store; the others belong to that look.
  const key = prefix + senderId
  const record = senders.get(key)
  const isPlain = aliases.length === 0 && others.peek(key) === undefined
  if (isPlain) return record === undefined ? NOBODY : [{ senderId, record }]
  return knownUnderIds(parts, prefix, idsOf(candidate))
}

/** The records of one account that stand under these ids or name one of them, as of the latest look. */
export function knownUnderIds(
  { views }: Pick<Parts, 'views'>,
  prefix: string,
  ids: readonly SenderId[],
): readonly Known[] {
  const [senders, others] = [views.senders(), views.aliases()]
  const found = new Map<SenderId, SenderRecord>()
  for (const id of ids) {
    const own = senders.peek(prefix + id)
    if (own) found.set(id, own)
    for (const primary of others.peek(prefix + id)?.of ?? []) {
      const naming = senders.peek(prefix + primary)
      if (naming?.aliases?.includes(id)) found.set(primary, naming)
    }
  }
  return [...found].map(([senderId, record]) => ({ senderId, record }))
}

function decisionOf(
  parts: Parts,
  candidate: Candidate,
  { rules, known, record, now }: Omit<Standing, 'decision'> & { readonly now: EpochMs },
): PolicyDecision {
  const named = namedBy(parts, candidate, known)
  return decidePolicy(rules.policy, {
    blocked: record?.state === 'blocked',
    owner: isIn(rules.owners, named) || isStoreOwner(parts, candidate, named),
    configured: isIn(rules.allowed, named),
    wildcard: rules.wildcard,
    granted: isGranted(record, now),
  })
}

/** The ids by which owners and configured senders are known: not those that passed on to another. */
export function namedBy(
  parts: Parts,
  candidate: Seen,
  known: readonly Known[],
): readonly SenderId[] {
  const ids = idsOf(candidate)
  const isPlain = candidate.aliases.length === 0 && !known.some((each) => isPassedOn(each.record))
  if (isPlain) return ids
  const mine = theirs(parts, candidate, known)
  const gone = new Set(
    known.flatMap((each) => {
      if (isPassedOn(each.record)) return [each.senderId]
      return mine.includes(each) ? [] : idsIn(each)
    }),
  )
  return gone.size === 0 ? ids : ids.filter((id) => !gone.has(id))
}

/** Belongs to the look at the senders a moment ago, so that a message costs one look at the store. */
function isStoreOwner(
  parts: Parts,
  { channel }: ChannelAddress,
  ids: readonly SenderId[],
): boolean {
  const owners = parts.views.owners()
  return ids.some((id) => owners.peek(`${channel}/${id}`) !== undefined)
}

function isIn(senders: ReadonlySet<SenderId>, ids: readonly SenderId[]): boolean {
  return senders.size > 0 && ids.some((id) => senders.has(id))
}
