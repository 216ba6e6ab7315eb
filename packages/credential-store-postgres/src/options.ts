import type { Clock, RandomBytes, Sha256 } from '@openclaw/pairing-contracts'
import type { LeaseTiming } from './lease-types.ts'

/** How a store on PostgreSQL is used. */
export interface PostgresStoreOptions {
  /**
   * `postgres://user:password@host:5432/database?sslmode=verify-full`. What it does not say comes from the usual variables
   * (`PGHOST`, `PGPASSWORD` …), which pg reads by itself.
   */
  readonly url: string
  /** For notifications, where {@link url} leads through a pooler that cannot pass them on; the same unless given. */
  readonly listenUrl?: string
  /** `never`: changes of others are seen within a second, with a connection less; `when-it-can` unless given. */
  readonly listens?: 'when-it-can' | 'never'
  /** `writing`: a role that may only read is refused at the opening; otherwise when it writes. `reading` unless given. */
  readonly needs?: 'reading' | 'writing'
  /** The schema that holds everything, `[a-z_][a-z0-9_]{0,47}`; `openclaw` unless given. */
  readonly schema?: string
  /** Collections that views show, kept in memory; `'all'` unless given. */
  readonly hold?: 'all' | readonly string[]
  /** Which entries of the journal stay; the last 200,000 unless told otherwise. */
  readonly keep?: KeepOptions
  /** How long opening goes on trying where waiting may help, in ms; 10,000 unless given. */
  readonly openTimeoutMs?: number
  /** How each connection calls itself in `pg_stat_activity`; `openclaw` unless given. */
  readonly applicationName?: string
  /** Times for tests and unusual networks; leave them as they are. */
  readonly timing?: Partial<PostgresTiming>
  /** The same of leases; all replicas have to agree on `leaseMs`. */
  readonly leases?: Partial<LeaseTiming>
  /** The same of replicas; all have to agree on `lifeMs`. */
  readonly replicas?: Partial<ReplicaTiming>
}

/** Which entries of the journal stay. The state itself is never swept, nor the last entry. */
export interface KeepOptions {
  /** How many of the last entries stay at most; 200,000 unless given. */
  readonly events?: number
  /** Entries older than this go as well, in ms; however old unless given. */
  readonly forMs?: number
}

/** Times of a store, in ms. */
export interface PostgresTiming {
  /** How often the head is looked at; 1,000. */
  readonly pollMs: number
  /** How old a confirmation may be before views throw; 5,000. */
  readonly staleMs: number
  /** How long one look may take; 2,500. */
  readonly lookWithinMs: number
  /** How long a transaction waits for its turn; 10,000. */
  readonly lockWaitMs: number
  /** How long a `work` may take; 2,000. */
  readonly workWithinMs: number
  /** After how long the server frees the lock of a replica that shows no life; 3,000. */
  readonly idleUnderLockMs: number
  /** How long a transaction is tried again where the server cannot be reached; 10,000. */
  readonly retryForMs: number
  /** How long the outcome of a commit is looked for; 10,000. */
  readonly outcomeWithinMs: number
  /** How often old entries are swept out; 60,000. */
  readonly sweepEveryMs: number
}

/** Times of replicas, in ms. */
export interface ReplicaTiming {
  /** How long one that shows no life is taken for alive; 10,000. */
  readonly lifeMs: number
  /** How often it shows some; 2,500. */
  readonly beatMs: number
  /** How often it looks where notifications arrive; 1,000. */
  readonly lookMs: number
  /** How long a tell counts; 10,000. */
  readonly tellMs: number
  /** How often the dead are swept out; 30,000. */
  readonly sweepMs: number
}

/** The world. `nodePostgresPorts` of `./node` fills it. */
export interface PostgresPorts {
  /** The time of day here: only to notice that this machine slept. What decides is the database's clock. */
  readonly clock: Clock
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonic: () => number
  readonly random: RandomBytes
  readonly sha256: Sha256
  readonly sleep: (ms: number) => Promise<void>
}
