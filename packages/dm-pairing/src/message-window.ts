import type { EpochMs } from '@openclaw/pairing-contracts'
import { SEEN_MESSAGE_MS, SEEN_MESSAGES } from './limits.ts'

/** The messages of one account that were handled lately; bounded in number and time. */
export interface MessageWindow {
  readonly has: (key: string, now: EpochMs) => boolean
  readonly add: (key: string, now: EpochMs) => void
  readonly remove: (key: string) => void
}

/**
 * Remembers the latest {@link SEEN_MESSAGES} keys for {@link SEEN_MESSAGE_MS}.
 *
 * A ring beside the map: the oldest entry of a `Map` is slow to find once many before it were deleted.
 */
export function messageWindow(): MessageWindow {
  const slots = new Map<string, number>()
  const keys: string[] = []
  const times: EpochMs[] = []
  let next = 0
  return {
    has: (key, now) => {
      const slot = slots.get(key)
      return slot !== undefined && now - (times[slot] ?? 0) < SEEN_MESSAGE_MS
    },
    add: (key, now) => {
      const oldest = keys[next]
      if (oldest !== undefined && slots.get(oldest) === next) slots.delete(oldest)
      keys[next] = key
      times[next] = now
      slots.set(key, next)
      next = (next + 1) % SEEN_MESSAGES
    },
    remove: (key) => {
      slots.delete(key)
    },
  }
}
