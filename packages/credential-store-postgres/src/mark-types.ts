import type { EpochMs, ReplicaId } from '@openclaw/pairing-contracts'
import type { Lease } from './lease-types.ts'

/**
 * What was handled already, such as the messages of a bot, shared by all replicas; no part of the journal. Of each name the newest
 * 5,000 are kept, for 8 days at most.
 */
export interface Marks {
  /**
   * The marks of `name` (1–256 characters), such as those of one account; not connected before the first of them.
   *
   * @param lease - one of this store under which they are made: who had it earlier notes nothing any more
   * @throws `ERR_STORE_NAME`
   */
  readonly of: (name: string, lease?: Pick<Lease, 'name' | 'epoch'>) => NamedMarks
}

/**
 * The marks of one name. What is noted is durable when it resolves. What comes at once shares one round trip.
 *
 * All reject with `ERR_STORE_LEASE_OVER` when another has taken the lease since: then nothing was written. With `ERR_STORE_NAME`
 * for a key or a stage that is none (1–4096 and 1–64 characters of text), `ERR_STORE_OVERLOADED` when too many wait, and what the
 * store says when it could not be written; where that passes it is tried again for 10 s.
 */
export interface NamedMarks {
  /** Notes `stage` unless something is noted, in one step; answers what was noted before, `undefined` for nothing. */
  readonly begin: (key: string, stage: string) => Promise<Mark | undefined>
  /**
   * Notes `stage`.
   *
   * @throws `ERR_STORE_MARK_OVER` without a lease, when another replica began or took over what the key stands for
   */
  readonly put: (key: string, stage: string) => Promise<void>
  /** Makes a mark of another one ours, in one step; `false` when it is not as `before` any more. */
  readonly take: (key: string, before: Mark) => Promise<boolean>
}

/** What is noted for a key. */
export interface Mark {
  readonly stage: string
  /** Who noted it: an opened store. */
  readonly replica: ReplicaId
  /** Of the lease under which it was noted; 0 without one. */
  readonly epoch: number
  /** When something was noted for the key first, by the database's clock. */
  readonly at: EpochMs
  /** Noted under an earlier lease than ours: whoever did can note nothing more. */
  readonly isOver: boolean
}
