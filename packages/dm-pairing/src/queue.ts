import type { EpochMs, SenderId } from '@openclaw/pairing-contracts'
import { isOver, isResting } from './expiry.ts'
import { prefixOf } from './keys.ts'
import type { Parts } from './parts.ts'
import { type Candidate, idsOf } from './standing.ts'

/** Where a stranger stands in the queue of an account. */
export type Queue =
  /** `senderId`: the id under which the request stands; `ids`: all ids of it. */
  | {
      readonly place: 'waiting'
      readonly requestId: string
      readonly senderId: SenderId
      readonly ids: readonly SenderId[]
    }
  | { readonly place: 'resting'; readonly requestId: string; readonly until: EpochMs }
  | { readonly place: 'full' }
  | { readonly place: 'free' }

const FULL: Queue = { place: 'full' }
const FREE: Queue = { place: 'free' }

/** Where a stranger stands in the queue, from memory alone. */
export function queueOf(parts: Parts, candidate: Candidate, now: EpochMs): Queue {
  const prefix = prefixOf(candidate)
  const shown = idsOf(candidate)
  const waiting = parts.views
    .requests()
    .entries(prefix)
    .filter(({ value }) => !isOver(value, now))
    .map(({ key, value }) => ({ senderId: key.slice(prefix.length) as SenderId, value }))
  for (const { senderId, value } of waiting) {
    const ids = [senderId, ...(value.aliases ?? [])]
    const isTheirs = ids.some((id) => shown.includes(id))
    if (isTheirs) return { place: 'waiting', requestId: value.requestId, senderId, ids }
  }
  const rests = parts.views.rests()
  for (const id of shown) {
    const rest = rests.get(prefix + id)
    if (isResting(rest, now)) return { place: 'resting', ...rest }
  }
  return waiting.length >= parts.rulesOf(candidate).maxPending ? FULL : FREE
}
