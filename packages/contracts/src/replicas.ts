import type { Brand } from './brand.ts'
import type { Json } from './json.ts'

/** One opening of a shared store by one process; never used again. */
export type ReplicaId = Brand<string, 'ReplicaId'>

/** What a replica that lives says of itself. */
export interface ReplicaNote {
  readonly replica: ReplicaId
  readonly key: string
  readonly value: Json
}

/**
 * The processes that share a store, as one of them knows them and talks to them. None of it outlives them, and none of it is in
 * the journal.
 *
 * A kind is 1–128 characters of text, a key of a note 1–512. What goes over is JSON of 26 MiB at most; a note's is 64 KiB, and one
 * replica has 20,000 of them with 32 MiB in all.
 */
export interface Replicas {
  /** This one: new at each opening, and the same as long as it is open. */
  readonly id: ReplicaId
  /** The others that live, as known here. Empty while it cannot be known: a replica that is cut off knows nobody. */
  readonly others: () => readonly ReplicaId[]
  /**
   * Tells all others that live; best effort: at most once to each, those of one sender in their order. Never throws, nobody waits. It is
   * dropped where it is too old when it arrives, too large, or too many wait to be sent.
   */
  readonly tell: (kind: string, body: Json) => void
  /**
   * Asks one other, which is asked at most once, and never when `withinMs` is over.
   *
   * An error other than `ERR_REPLICA_TOO_LARGE` and `ERR_REPLICA_BUSY` does not say that nothing was done there.
   *
   * @throws `ERR_REPLICA_GONE` (it does not live, or ended meanwhile), `ERR_REPLICA_LATE` (no answer within `withinMs`),
   *   `ERR_REPLICA_FAILED` (it does not serve this kind, or its answer failed: never its words), `ERR_REPLICA_TOO_LARGE`,
   *   `ERR_REPLICA_BUSY` (too many wait, here or there), or what the store says
   */
  readonly ask: (to: ReplicaId, kind: string, body: Json, withinMs: number) => Promise<Json>
  /**
   * Answers what others tell and ask of a kind; the answer to a `tell` is dropped. It is called in the order in which one sender
   * sent, and the next call does not wait for the answer to this one. Returns its end.
   *
   * @throws TypeError when the kind is served already
   */
  readonly serve: (
    kind: string,
    answer: (body: Json, from: ReplicaId) => Json | Promise<Json>,
  ) => () => void
  /**
   * What the others see as long as this one lives; `undefined` takes it back, and so does a key or a value beyond the bounds. Never
   * throws; tried again until it holds.
   */
  readonly note: (key: string, value: Json | undefined) => void
  /** What the others that live noted under keys that start with `prefix`, as known here: woken at changes, looked for every second or two. */
  readonly noted: (prefix: string) => readonly ReplicaNote[]
  /** Called when `noted` or `others` may answer otherwise. Returns its end. */
  readonly onNoted: (listener: () => void) => () => void
}
