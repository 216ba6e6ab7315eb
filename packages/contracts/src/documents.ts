import type { Json } from './json.ts'
import type { Change, Transaction } from './store.ts'

/** A record that a document shows, or that was found in one. */
export interface DocumentRecord {
  readonly collection: string
  readonly key: string
  readonly value: Json
}

/** A document on disk: `folder/fileName` below the state directory. */
export interface DocumentName {
  readonly folder: string
  readonly fileName: string
}

/** What a document says now against what we last wrote there; both as parsed JSON, `undefined` where there was no file. */
export interface DocumentDifference {
  readonly name: DocumentName
  readonly before: Json | undefined
  readonly after: Json
}

/** One thing in a foreign change that was not taken over, for the owner. */
export interface DocumentRefusal {
  readonly subject: string
  readonly why: string
  /** The command that confirms it. */
  readonly fix: string
}

/**
 * A kind of JSON file that other programs know, kept as a view of collections in the journal:
 * `credentials/<channel>-pairing.json` is one family. Pure: no I/O, no clock.
 */
export interface DocumentFamily {
  /** `[a-z][a-z0-9.-]*`, for messages. */
  readonly name: string
  /** The folder below the state directory that holds the family's files. */
  readonly folder: string
  /** The collections that this family shows; a change in one of them makes {@link documentsOf} be asked. */
  readonly collections: readonly string[]
  /** True when a file of this name in {@link folder} belongs to the family. Unknown names are left alone. */
  readonly owns: (fileName: string) => boolean
  /** The documents that a change touches. */
  readonly documentsOf: (change: Pick<Change, 'collection' | 'key'>) => readonly string[]
  /** The prefixes of the records that one document shows, by collection. */
  readonly sourcesOf: (fileName: string) => readonly { collection: string; prefix: string }[]
  /**
   * The document's JSON. `previous` is what the file says now, so that keys which only others know stay.
   * `undefined` when the document should not be created (nothing to show and no file yet).
   */
  readonly encode: (
    fileName: string,
    records: readonly DocumentRecord[],
    previous: Json | undefined,
  ) => Json | undefined
  /**
   * The same, a part at a time, for a document of thousands of records: others are served between the parts. The records are
   * those of one moment and stay as they are.
   */
  readonly encodeInParts?: (
    fileName: string,
    records: readonly DocumentRecord[],
    previous: Json | undefined,
  ) => Iterator<void, Json | undefined, void>
  /** Throws an `OpenClawError` that names the path in the JSON when `json` has not the family's shape. */
  readonly check: (fileName: string, json: Json) => void
  /**
   * Takes over what another program changed: plans it on `tx`, answers what it would not take.
   * Also used for the take-over of a directory without a journal, with `before` undefined.
   */
  readonly reconcile: (
    tx: Transaction,
    difference: DocumentDifference,
  ) => Promise<readonly DocumentRefusal[]>
}

/** What a document of ours still shows of transactions that nobody can read any more. */
export interface LossDifference extends DocumentDifference {
  /** False for a record that none of them can have changed after what can still be read of it. */
  readonly isDoubtful: (collection: string, key: string) => boolean
}

/** A family whose files the repair of a journal may ask. */
export interface RecoverableFamily extends DocumentFamily {
  /**
   * Plans on `tx` what a file tells of lost transactions, of doubtful records only. It must let nobody in: the file does not
   * say for how long, nor what was decided of them besides. What it plans must stand until the owner decides.
   */
  readonly recover: (tx: Transaction, difference: LossDifference) => Promise<void>
}
