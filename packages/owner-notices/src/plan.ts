import type { EpochMs } from '@openclaw/pairing-contracts'
import type { NoticeRecord } from './collections.ts'
import { isSameOwner } from './keys.ts'
import {
  BURST_MS,
  FOLD_REST_MS,
  FOLDS_PER_HOUR,
  HOUR_MS,
  LONG_FOLD_REST_MS,
  RETRY_AFTER_MS,
  SETTLE_MS,
  SINGLES_PER_BURST,
  SINGLES_PER_HOUR,
} from './limits.ts'
import type { OwnerRef, Waiting } from './types.ts'

/** What is known when the next message to an owner is chosen. */
export interface Situation {
  readonly owner: OwnerRef
  readonly now: EpochMs
  /** Everybody who waits, oldest first. */
  readonly waiting: readonly Waiting[]
  /** What became of earlier messages to this owner, by request id. */
  readonly records: ReadonlyMap<string, NoticeRecord>
  /** When the owner came to the place where they write, if they ever did. */
  readonly placeAt: EpochMs | undefined
  /** From when on this owner may be told of a request; later than now for a device that somebody else expects. */
  readonly from: (waiting: Waiting) => number
}

/** One message: about one request, or a line that stands for several. */
export interface Message {
  readonly kind: NoticeRecord['kind']
  readonly waiting: readonly Waiting[]
  /** The batch of a message that is tried again. */
  readonly batch: string | undefined
}

/** The next message to an owner, or when to look again. */
export interface Plan {
  readonly next: Message | undefined
  /** `undefined`: only when something changes. */
  readonly wakeAt: number | undefined
}

/**
 * Chooses the next message to an owner: what is tried again, then devices that the owner expects, then the others;
 * of a flood the first three, and the rest in one line. Pure.
 */
export function planNext(situation: Situation): Plan {
  const again = triedAgain(situation)
  if (again.next !== undefined) return again
  const { fresh, wakeAt } = untold(situation)
  const rest = planFresh(situation, fresh)
  return {
    next: rest.next,
    wakeAt: earliest([again.wakeAt, wakeAt, rest.wakeAt]),
  }
}

function triedAgain({ waiting, records, now, placeAt }: Situation): Plan {
  const recorded = waiting.flatMap((each) => {
    const record = records.get(each.request.requestId)
    const at = record && againAt(record, now, placeAt)
    return record && at !== undefined ? [{ each, record, at }] : []
  })
  const due = recorded.find(({ at }) => at <= now)
  if (due === undefined) return { next: undefined, wakeAt: earliest(recorded.map(({ at }) => at)) }
  const { batch, kind } = due.record
  const together = recorded.filter(({ record }) => record.batch === batch)
  return {
    next: { kind, batch, waiting: together.map(({ each }) => each) },
    wakeAt: undefined,
  }
}

/** When a recorded message may be sent again; `undefined`: never, or not before the owner writes. */
function againAt(
  { state, at, retryAt = at }: NoticeRecord,
  now: EpochMs,
  placeAt: EpochMs | undefined,
): number | undefined {
  // Further away than any pause: the clock was set back.
  if (state === 'due') return retryAt - now > Math.max(...RETRY_AFTER_MS) ? now : retryAt
  if (placeAt === undefined || (state !== 'failed' && state !== 'unsupported')) return undefined
  // A place from the future says the same: it would be later than each try.
  return placeAt > at && placeAt <= now ? now : undefined
}

function untold({ waiting, records, now, from }: Situation): {
  readonly fresh: readonly Waiting[]
  readonly wakeAt: number | undefined
} {
  const fresh = waiting.filter(({ request }) => !records.has(request.requestId))
  return {
    fresh: fresh.filter((each) => from(each) <= now),
    wakeAt: earliest(fresh.map(from).filter((at) => at > now)),
  }
}

function planFresh(situation: Situation, fresh: readonly Waiting[]): Plan {
  const expected = fresh.find((each) => isExpected(each, situation.owner))
  if (expected !== undefined) return single(expected)
  const [oldest] = fresh
  if (oldest === undefined) return { next: undefined, wakeAt: undefined }
  const { room, opensAt, isHourFull, foldAt } = budgetOf(situation)
  if (room >= fresh.length) return single(oldest)
  if (foldAt > situation.now) return { next: undefined, wakeAt: earliest([foldAt, opensAt]) }
  if (room > 0) return single(oldest)
  if (fresh.length === 1 && !isHourFull) return { next: undefined, wakeAt: opensAt }
  const settledAt = settlesAt(fresh, situation.now)
  if (settledAt > situation.now) return { next: undefined, wakeAt: settledAt }
  return { next: { kind: 'fold', batch: undefined, waiting: fresh }, wakeAt: undefined }
}

function single(waiting: Waiting): Plan {
  return { next: { kind: 'single', batch: undefined, waiting: [waiting] }, wakeAt: undefined }
}

/** A device that came with the owner's own setup code: they wait for it. */
function isExpected(waiting: Waiting, owner: OwnerRef): boolean {
  return (
    waiting.about === 'device' && waiting.maker !== undefined && isSameOwner(waiting.maker, owner)
  )
}

/** How much may be said now. */
interface Budget {
  /** Single messages. */
  readonly room: number
  /** When there is room again. */
  readonly opensAt: number | undefined
  readonly isHourFull: boolean
  /** From when on a line may stand for several. */
  readonly foldAt: number
}

function budgetOf({ records, now }: Situation): Budget {
  const sent = [...messagesOf(records)].filter(({ at }) => at <= now && now - at < HOUR_MS)
  const singles = sent.filter(({ kind }) => kind === 'single').map(({ at }) => at)
  const folds = sent.filter(({ kind }) => kind === 'fold').map(({ at }) => at)
  const burst = singles.filter((at) => now - at < BURST_MS)
  const room = Math.min(SINGLES_PER_BURST - burst.length, SINGLES_PER_HOUR - singles.length)
  const rest = folds.length < FOLDS_PER_HOUR ? FOLD_REST_MS : LONG_FOLD_REST_MS
  return {
    room: Math.max(0, room),
    opensAt: earliest(burst.map((at) => at + BURST_MS)),
    isHourFull: singles.length >= SINGLES_PER_HOUR,
    foldAt: folds.length === 0 ? now : Math.max(...folds) + rest,
  }
}

/** Each message once, however many requests it told of. */
function messagesOf(
  records: Situation['records'],
): Iterable<{ readonly kind: NoticeRecord['kind']; readonly at: EpochMs }> {
  const byBatch = new Map(
    [...records.values()].map(({ batch, kind, claimedAt }) => [batch, { kind, at: claimedAt }]),
  )
  return byBatch.values()
}

/** When the flood has ended, or lasted long enough. A time in the future means that the clock was set back. */
function settlesAt(fresh: readonly Waiting[], now: EpochMs): number {
  const times = fresh.map(({ request }) => Math.min(request.createdAt, now))
  return Math.min(Math.max(...times) + SETTLE_MS, Math.min(...times) + BURST_MS)
}

/** The first of some times; `undefined` where there is none. */
export function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((at) => at !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}
