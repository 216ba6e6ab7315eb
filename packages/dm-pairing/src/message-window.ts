import type { EpochMs } from '@openclaw/pairing-contracts'
import { SEEN_MESSAGE_MS, SEEN_MESSAGES } from './limits.ts'

/** The messages of one account that were handled lately; bounded in number and time. */
export interface MessageWindow {
  readonly has: (key: string, now: EpochMs) => boolean
  readonly add: (key: string, now: EpochMs) => void
  readonly remove: (key: string) => void
}

/**
 * Remembers the latest {@link SEEN_MESSAGES} keys, and up to as many before them, for {@link SEEN_MESSAGE_MS}.
 *
 * Two maps that take turns: to drop a whole map costs nothing, to delete its oldest entry at every message does.
 */
export function messageWindow(): MessageWindow {
  let newer = new Map<string, EpochMs>()
  let older = new Map<string, EpochMs>()
  return {
    has: (key, now) => {
      if (newer.size + older.size === 0) return false
      const since = newer.get(key) ?? older.get(key)
      return since !== undefined && now - since < SEEN_MESSAGE_MS
    },
    add: (key, now) => {
      if (newer.size >= SEEN_MESSAGES) {
        older = newer
        newer = new Map()
      }
      newer.set(key, now)
    },
    remove: (key) => {
      newer.delete(key)
      older.delete(key)
    },
  }
}
