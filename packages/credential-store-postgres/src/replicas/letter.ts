import type { ReplicaId } from '@openclaw/pairing-contracts'

/** One message between replicas. */
export interface Letter {
  /** Counts what one sender sends. */
  readonly number: number
  /** `undefined`: all others. */
  readonly to: ReplicaId | undefined
  /** The body of a `failure` is the code of its error. */
  readonly what: 'tell' | 'ask' | 'answer' | 'failure'
  readonly kind: string
  /** Of an answer: the number of what was asked. */
  readonly question: number | undefined
  /** JSON. */
  readonly text: string
  /** Of {@link text}. */
  readonly bytes: number
  /** From then on nobody heeds it, by the database's clock. */
  readonly until: number
}

/** A letter as it arrived. */
export interface Arrived extends Omit<Letter, 'to'> {
  readonly from: ReplicaId
}
