import type { EventsCursor } from '@openclaw/pairing-config'
import type { Clock } from '@openclaw/pairing-contracts'

/** What was counted since the start. */
export interface Counted {
  readonly taken: number
  readonly refused: number
  /** Tries that are made again. */
  readonly failed: number
  /** Times that entries were gone before they could be sent. */
  readonly skipped: number
}

/** How events stand. */
export interface EventFigures extends Counted {
  /** The last entry that was dealt with; `undefined` while that is not known. */
  readonly seq: number | undefined
  /** How long the receiver has not taken them; 0: it does. */
  readonly failingMs: number
  /** True while another gateway tells them. */
  readonly isStandby: boolean
}

/** Counts what becomes of events. */
export interface Counter {
  readonly count: (what: keyof Counted) => void
  readonly figures: (cursor: EventsCursor | undefined) => EventFigures
}

/** Counts from zero. */
export function counter({ now }: Clock): Counter {
  const counted = { taken: 0, refused: 0, failed: 0, skipped: 0 }
  return {
    count: (what) => {
      counted[what] += 1
    },
    figures: (cursor) => ({
      ...counted,
      seq: cursor?.seq,
      failingMs: Math.max(0, now() - (cursor?.failingSince ?? now())),
      isStandby: false,
    }),
  }
}
