import type { Intent, Transaction } from '@openclaw/pairing-contracts'

/** A transaction that waits for its turn. */
export interface Job {
  readonly intent: Intent
  readonly work: (tx: Transaction) => unknown
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  /** How often it was planned for nothing. */
  replans: number
}
