import type { Entry, EpochMs } from '@openclaw/pairing-contracts'
import type { RequestRecord } from './collections.ts'
import { expiresAt } from './expiry.ts'
import { placeOf, regionOf } from './keys.ts'
import { MAX_WAITING_LIMIT } from './limits.ts'
import type { Parts } from './parts.ts'
import type { Admission } from './types.ts'
import type { Wish } from './wish.ts'

/** Whether one more may wait. */
export type Room =
  | Extract<Admission, { readonly outcome: 'full' }>
  | {
      readonly outcome: 'room'
      /** The request that has to end for it. */
      readonly displaces?: Entry<RequestRecord>
    }

/** Those that keep nobody out do not take the places of those that wait to get in, nor the other way round. */
export function roomFor(
  parts: Pick<Parts, 'maxPerAddress' | 'maxWaiting'>,
  { arrival: { address }, reason }: Pick<Wish, 'arrival' | 'reason'>,
  { waiting, now }: { readonly waiting: readonly Entry<RequestRecord>[]; readonly now: EpochMs },
): Room {
  const beside = reason === 'command-upgrade'
  const alike = waiting.filter(({ value }) => (value.reason === 'command-upgrade') === beside)
  const place = placeOf(address)
  const near = beside ? [] : alike.filter(({ value }) => placeOf(value.address) === place)
  if (near.length >= parts.maxPerAddress) {
    return { outcome: 'full', where: 'address', retryAfterMs: nextEnd(near, now) }
  }
  if (alike.length < (beside ? MAX_WAITING_LIMIT : parts.maxWaiting)) return { outcome: 'room' }
  const displaces = beside ? undefined : whoGivesWay(address, alike)
  return displaces
    ? { outcome: 'room', displaces }
    : { outcome: 'full', where: 'everywhere', retryAfterMs: nextEnd(alike, now) }
}

/**
 * Whoever fills the list from one region does not keep other regions out: a region from which nobody waits gets the place
 * of the newest request of the one from which most wait. A request that is alone from its region stays, and so does that
 * of a paired device.
 */
function whoGivesWay(
  address: string | undefined,
  waiting: readonly Entry<RequestRecord>[],
): Entry<RequestRecord> | undefined {
  const region = regionOf(address)
  if (waiting.some(({ value }) => regionOf(value.address) === region)) return undefined
  const crowd = largestCrowd(waiting.filter(({ value }) => value.reason === 'not-paired'))
  if (crowd.length < 2) return undefined
  return crowd.reduce((a, b) => (b.value.createdAt >= a.value.createdAt ? b : a))
}

/** The requests of the region from which most wait. */
function largestCrowd(waiting: readonly Entry<RequestRecord>[]): readonly Entry<RequestRecord>[] {
  const crowds = new Map<string, Entry<RequestRecord>[]>()
  for (const entry of waiting) {
    const region = regionOf(entry.value.address)
    crowds.set(region, [...(crowds.get(region) ?? []), entry])
  }
  const [largest = []] = [...crowds.values()].sort((a, b) => b.length - a.length)
  return largest
}

function nextEnd(requests: readonly Entry<RequestRecord>[], now: EpochMs): number {
  return Math.max(Math.min(...requests.map(({ value }) => expiresAt(value))) - now, 1_000)
}
