import type { EpochMs, SenderId } from '@openclaw/pairing-contracts'
import { SEEN_MESSAGE_MS, SEEN_MESSAGES } from './limits.ts'

/** A message as its platform names it. On some platforms its sender chooses the key, so the sender is part of the name. */
export interface MessageName {
  readonly key: string
  readonly senderId: SenderId
}

/** The messages of one account that were handled lately; bounded in number and time. */
export interface MessageWindow {
  readonly has: (name: MessageName, now: EpochMs) => boolean
  readonly add: (name: MessageName, now: EpochMs) => void
  readonly remove: (name: MessageName) => void
}

interface Seen {
  readonly senderId: SenderId
  readonly at: EpochMs
}

/**
 * Remembers the latest {@link SEEN_MESSAGES} messages, and up to as many before them, for {@link SEEN_MESSAGE_MS}.
 *
 * Two maps that take turns: to drop a whole map costs nothing, to delete its oldest entry at every message does.
 */
export function messageWindow(): MessageWindow {
  let newer = new Map<string, Seen>()
  let older = new Map<string, Seen>()
  const at = (place: string): Seen | undefined => newer.get(place) ?? older.get(place)
  /** The plain key, unless a message of somebody else has it. */
  const placeOf = ({ key, senderId }: MessageName, plain = at(key)): string =>
    plain === undefined || plain.senderId === senderId ? key : `${key}\n${senderId}`
  return {
    has: (name, now) => {
      if (newer.size + older.size === 0) return false
      const plain = at(name.key)
      if (plain === undefined) return false
      const seen = plain.senderId === name.senderId ? plain : at(placeOf(name, plain))
      return seen !== undefined && now - seen.at < SEEN_MESSAGE_MS
    },
    add: (name, now) => {
      const place = placeOf(name)
      if (newer.size >= SEEN_MESSAGES) {
        older = newer
        newer = new Map()
      }
      newer.set(place, { senderId: name.senderId, at: now })
    },
    remove: (name) => {
      const place = placeOf(name)
      newer.delete(place)
      older.delete(place)
    },
  }
}
