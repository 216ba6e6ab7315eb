import type { Intent, Transaction } from '@openclaw/pairing-contracts'

/** A transaction that waits for its turn. */
export interface Job {
  readonly intent: Intent
  readonly work: (tx: Transaction) => unknown
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  /** Until when it is tried again, by the monotonic clock, in ms. */
  readonly until: number
  /** True after it stood in a batch whose rows were changed by somebody else: it may be the one. */
  alone: boolean
}
