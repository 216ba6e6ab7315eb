import type { ChannelDefinition, EpochMs, SenderId } from '@openclaw/pairing-contracts'
import { PASSED_ON } from './actors.ts'
import type { SenderRecord } from './collections.ts'
import { isGranted } from './expiry.ts'
import { isSenderId } from './keys.ts'
import { MAX_ALIASES } from './limits.ts'

/** A record of a sender and the id under which it stands. */
export interface Known {
  readonly senderId: SenderId
  readonly record: SenderRecord
}

/** How a channel tells ids that last from those that pass on. */
export type LastingKind = (senderId: SenderId) => string | undefined

/** What sort of lasting id something is; all ids last where the channel says nothing. */
export function lastingKindOf({
  lastingKind,
}: Pick<ChannelDefinition, 'lastingKind'>): LastingKind {
  return lastingKind ?? (() => 'id')
}

/** All ids of a record, the one under which it stands first. */
export function idsIn({
  senderId,
  record,
}: {
  readonly senderId: SenderId
  readonly record: Pick<SenderRecord, 'aliases'>
}): readonly SenderId[] {
  return [senderId, ...(record.aliases ?? [])]
}

/** The other ids that an event shows, as they are kept: each once, well-formed, at most {@link MAX_ALIASES}. */
export function keptAliases(
  own: SenderId,
  aliases: readonly SenderId[],
): { readonly aliases?: readonly SenderId[] } {
  const others = [...new Set(aliases)].filter((id) => id !== own && isSenderId(id))
  return others.length === 0 ? {} : { aliases: others.slice(0, MAX_ALIASES) }
}

/**
 * True when an event shows somebody else than the person of `ids`, although an id is the same: a number that was given
 * to another. They share no lasting id, and each has one of the same sort.
 */
export function isSomebodyElse(
  kindOf: LastingKind,
  ids: readonly SenderId[],
  shown: readonly SenderId[],
): boolean {
  const lasting = shown.filter((id) => kindOf(id) !== undefined)
  if (lasting.some((id) => ids.includes(id))) return false
  const kinds = new Set(lasting.map(kindOf))
  return ids.some((id) => kindOf(id) !== undefined && kinds.has(kindOf(id)))
}

/** A block of any id counts for the person, then a grant of any. */
export function mostTelling(known: readonly Known[], now: EpochMs): Known | undefined {
  if (known.length < 2) return known[0]
  return (
    known.find(({ record }) => record.state === 'blocked') ??
    known.find(({ record }) => isGranted(record, now)) ??
    known[0]
  )
}

/** True for an id that the platform gave to somebody else than whom it stood for here. */
export function isPassedOn(record: SenderRecord | undefined): boolean {
  if (record === undefined || record.state !== 'revoked') return false
  return record.by.kind === 'system' && record.by.part === PASSED_ON.part
}

/** Which ids a record has after an event. */
export interface Regrouping {
  readonly known: Known
  readonly ids: readonly SenderId[]
}

/** What an event says of whose ids are whose. */
export interface Evidence {
  readonly kindOf: LastingKind
  readonly now: EpochMs
  /** All ids of the event. */
  readonly shown: readonly SenderId[]
}

/**
 * What an event changes in the ids of those whom it may be about; nothing most often.
 *
 * Whoever is let in or blocked gains the ids that are new. Who is let in has those ids that may pass on which they were
 * seen with last. An id that another person shows is theirs no more; a block keeps all that it ever held.
 */
export function regroupings(known: readonly Known[], evidence: Evidence): readonly Regrouping[] {
  const { kindOf, shown, now } = evidence
  const person = mostTelling(
    known.filter((each) => !isSomebodyElse(kindOf, idsIn(each), shown)),
    now,
  )
  return known.flatMap((each) => {
    const before = idsIn(each)
    const ids = each === person ? grown(each, evidence) : left(each, evidence)
    const isSame = ids.length === before.length && ids.every((id) => before.includes(id))
    return isSame ? [] : [{ known: each, ids }]
  })
}

/** The ids of a request after an event; `undefined` when it changes none. A stranger's request keeps at least one. */
export function requestIdsAfter(
  ids: readonly SenderId[],
  { kindOf, shown }: Pick<Evidence, 'kindOf' | 'shown'>,
): readonly SenderId[] | undefined {
  if (isSomebodyElse(kindOf, ids, shown)) return ids.filter((id) => !shown.includes(id))
  const own = ids[0] as SenderId
  const fresh = (keptAliases(own, shown).aliases ?? []).filter((id) => !ids.includes(id))
  const room = MAX_ALIASES + 1 - ids.length
  return fresh.length === 0 || room <= 0 ? undefined : [...ids, ...fresh.slice(0, room)]
}

function left(each: Known, { kindOf, shown }: Evidence): readonly SenderId[] {
  const ids = idsIn(each)
  const isKept = each.record.state === 'blocked' || !isSomebodyElse(kindOf, ids, shown)
  return isKept ? ids : ids.filter((id) => !shown.includes(id))
}

function grown(each: Known, { kindOf, shown, now }: Evidence): readonly SenderId[] {
  const ids = idsIn(each)
  const isBlocked = each.record.state === 'blocked'
  if (!isBlocked && !isGranted(each.record, now)) return ids
  const isProven = shown.some((id) => kindOf(id) !== undefined && ids.includes(id))
  const moves = !isBlocked && isProven && shown.some((id) => kindOf(id) === undefined)
  const kept = moves ? ids.filter((id) => kindOf(id) !== undefined || shown.includes(id)) : ids
  const fresh = (keptAliases(each.senderId, shown).aliases ?? []).filter((id) => !kept.includes(id))
  return [...kept, ...fresh].slice(0, Math.max(kept.length, MAX_ALIASES + 1))
}
