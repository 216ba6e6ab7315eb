import type { Actor } from './actor.ts'
import type { Brand } from './brand.ts'
import type { OpenClawError } from './errors.ts'
import type { Json, JsonObject } from './json.ts'
import type { EpochMs } from './time.ts'

/** The position of a committed transaction: 1, 2, 3 … without gaps. 0 is "before the first". */
export type Seq = Brand<number, 'Seq'>

/**
 * What is written together and kept apart from everything else, such as `dm/telegram/default`.
 * Transactions of one scope run one after another; a backend may run scopes side by side.
 */
export type Scope = Brand<string, 'Scope'>

/**
 * A named set of records, keyed by text.
 *
 * `decode` meets what this or an older version wrote; it throws on anything else, and the store then
 * reports the record as damaged instead of dropping it.
 */
export interface Collection<T> {
  /** `[a-z][a-z0-9.]{0,63}`, such as `dm.requests`. */
  readonly name: string
  readonly decode: (value: Json) => T
  readonly encode: (value: T) => Json
}

/** A record and its key. */
export interface Entry<T> {
  readonly key: string
  readonly value: T
}

/** Why a transaction runs; kept in the journal. */
export interface Intent {
  readonly scope: Scope
  readonly actor: Actor
  /** A dotted verb, such as `dm.approve`. */
  readonly action: string
}

/**
 * A consistent picture of the store and the changes planned on it.
 * Reads see the transaction's own writes. Nothing lands when `work` throws.
 */
export interface Transaction {
  /** The store's clock (the database's on PostgreSQL): the only time that decides about expiry. */
  readonly now: EpochMs
  readonly get: <T>(collection: Collection<T>, key: string) => Promise<T | undefined>
  /** All records whose key starts with `prefix`, in the order of their keys' UTF-16 code units. */
  readonly list: <T>(collection: Collection<T>, prefix: string) => Promise<readonly Entry<T>[]>
  readonly put: <T>(collection: Collection<T>, key: string, value: T) => void
  readonly remove: <T>(collection: Collection<T>, key: string) => void
  /** Adds to the journal record what a person would ask later; no secrets. Does not by itself make a change. */
  readonly note: (detail: JsonObject) => void
}

/** One record set or removed. */
export interface Change {
  readonly collection: string
  readonly key: string
  /** `undefined` when the record was removed. */
  readonly value: Json | undefined
}

/** One committed transaction, as the journal has it. */
export interface JournalEntry {
  readonly seq: Seq
  readonly time: EpochMs
  readonly actor: Actor
  readonly action: string
  readonly changes: readonly Change[]
  readonly detail?: JsonObject
}

/** What one step of a {@link Walk} found. */
export interface Piece<T> {
  /** In no order. */
  readonly entries: readonly Entry<T>[]
  /** What `get` throws for records that cannot be read; they are not among {@link entries}. */
  readonly damaged: readonly OpenClawError[]
  /** False when everything that the view shows now was handed out. */
  readonly more: boolean
}

/**
 * A way through a collection in pieces, while others write, and on from there: every record is handed out at least once, and
 * again after each change. One that was removed is not told of. Keep one as long as it is needed instead of beginning again.
 */
export interface Walk<T> {
  /** Looks at `limit` records at most, 1 or more; throws as `entries` does, and loses nothing by it. */
  readonly next: (limit: number) => Piece<T>
}

/**
 * A collection kept in memory for the hot path.
 *
 * `get`, `has`, `entries` and the rest are synchronous and never older than the store's promised staleness
 * (files: none, each call checks the journal; PostgreSQL: see its README). They throw an
 * `OpenClawError` when the store cannot vouch for its state: unreadable is never empty.
 */
export interface LiveView<T> {
  readonly get: (key: string) => T | undefined
  readonly has: (key: string) => boolean
  /** `get` as of the store's latest look, without another one: for what belongs to a `get` of the same moment. */
  readonly peek: (key: string) => T | undefined
  /** Costs as much as it answers, in one go; see {@link walk} for what may be long. */
  readonly entries: (prefix: string) => readonly Entry<T>[]
  /**
   * How keys that start with `prefix` go on, up to the next `/`, each once and in order: for `a/` those of `a/b/1`, `a/b/2`
   * and `a/c/d/1` are `a/b/` and `a/c/`. Costs about as much as it answers, however many records there are.
   */
  readonly branches: (prefix: string) => readonly string[]
  /** Begins at a record of the store's choice and leaves nothing decoded behind. */
  readonly walk: () => Walk<T>
  /** The last transaction that this view has seen. */
  readonly seq: () => Seq
}

/** Where pairing keeps what was decided. */
export interface CredentialStore {
  /**
   * Runs `work` while nobody else (thread, process, replica) writes this scope; everything in it lands
   * together or not at all. Resolves only when the result is durable. `work` does no I/O of its own and
   * may be run again. A transaction that changes nothing writes nothing, its note included.
   *
   * The one atomic operation of the port: never read a view, decide, and write in a second call.
   */
  readonly transact: <R>(intent: Intent, work: (tx: Transaction) => R | Promise<R>) => Promise<R>
  /** See {@link LiveView}. */
  readonly view: <T>(collection: Collection<T>) => LiveView<T>
  /** Up to `limit` entries after `after`, oldest first, as far back as they are kept. */
  readonly history: (after: Seq, limit: number) => Promise<readonly JournalEntry[]>
  /** Everything that happened after `after`, in order, and then live until `signal` aborts. */
  readonly changes: (after: Seq, signal: AbortSignalLike) => AsyncIterable<JournalEntry>
  /** Finishes what was begun (views of the state included) and lets go of every resource. Safe to call twice. */
  readonly close: () => Promise<void>
}

/** The part of `AbortSignal` that ports need; contracts see no platform types. */
export interface AbortSignalLike {
  readonly aborted: boolean
  readonly addEventListener: (type: 'abort', listener: () => void) => void
  readonly removeEventListener: (type: 'abort', listener: () => void) => void
}
