import type { Json, ReplicaId } from '@openclaw/pairing-contracts'

/** What only one process at a time may do, such as to poll a bot. */
export interface Leases {
  /**
   * Waits until this process holds `name`, however long another one does; `undefined` when `signal` aborted first. Who holds
   * it here already waits as everybody else.
   *
   * @throws `ERR_STORE_NAME`; what waiting does not mend, such as `ERR_STORE_RIGHTS`
   */
  readonly take: (name: string, signal: AbortSignal) => Promise<Lease | undefined>
  /**
   * Who has `name` at this moment by the database's clock; `undefined` for nobody. A holder that was cut off still counts until its
   * time is over.
   */
  readonly holderOf: (name: string) => Promise<LeaseHolder | undefined>
  /** All leases whose name begins with `prefix`, also those that nobody has now, by name; the first 10,000. */
  readonly list: (prefix: string) => Promise<readonly ListedLease[]>
}

/** Who has a lease. */
export interface LeaseHolder {
  /** Which opened store; the `id` that the same store has for other replicas. */
  readonly replica: ReplicaId
  readonly epoch: number
}

/** A lease as the database knows it. */
export interface ListedLease extends LeaseHolder {
  readonly name: string
  /** False when nobody has it now: {@link replica} is who had it last. */
  readonly isLive: boolean
}

/** The right to it, until it ends. */
export interface Lease {
  readonly name: string
  /** Grows with each holder: it tells an earlier one from a later one. */
  readonly epoch: number
  /** Aborts when the lease is over: given back, or not confirmed in time. Nobody else has it before that. */
  readonly ended: AbortSignal
  /** The same at once, also in a process that was asleep a moment ago. */
  readonly isHeld: () => boolean
  /** What {@link save} kept last, whoever held the lease then; `undefined` for nothing. */
  readonly kept: () => Json | undefined
  /**
   * Keeps a value beside the lease, 8 Mi characters of JSON at most; durable when it resolves. No part of the journal.
   *
   * @throws `ERR_STORE_LEASE_OVER` when another process has the lease, and nothing was kept
   */
  readonly save: (value: Json) => Promise<void>
  /** Gives it back at once. Safe to call twice; never rejects. */
  readonly release: () => Promise<void>
}

/** Times of leases, in ms. */
export interface LeaseTiming {
  /** How long a lease lasts after the database gave or renewed it; 10,000. Another takes it over after that. */
  readonly leaseMs: number
  /** How often it is renewed; 2,500. */
  readonly renewMs: number
  /** How long before its end the holder stops; 2,000. */
  readonly marginMs: number
  /** How often whoever waits asks; 2,000. */
  readonly askMs: number
}
