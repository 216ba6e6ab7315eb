import type { ReplicaId } from '@openclaw/pairing-contracts'
import type { Context } from '../context.ts'
import type { DatabaseClock } from '../database-clock.ts'

/** What all parts of a replica work with. */
export interface ReplicaContext {
  readonly context: Context
  /** What says how long a message counts, at both ends. */
  readonly clock: DatabaseClock
  /** True while notifications are known to arrive. */
  readonly isHearing: () => boolean
  /** The server knows notifications. */
  readonly notifies: boolean
}

/** Where a replica hears of its mail. */
export function mailChannel(id: ReplicaId): string {
  return `${MAIL_CHANNEL}${id}`
}

/** What stands before the id in the name of such a channel. */
export const MAIL_CHANNEL = 'openclaw_'

/** What the channel of the store says when a replica came, went or noted something. */
export const NOTES_CHANGED = 'notes'

/** The earliest moment that it may be at the database now, in ms: a message must not count longer than it was meant to. */
export function earliest(clock: DatabaseClock): number {
  return clock.now() - 2 * clock.errorMs()
}
