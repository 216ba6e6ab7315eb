import type { Actor, EpochMs, JournalEntry, Json, Seq } from '@openclaw/pairing-contracts'

/** The version of images that this program makes and reads. */
export const IMAGE_FORMAT = 1

/** What an image says of itself before anything else. */
export interface ImageHead {
  readonly format: typeof IMAGE_FORMAT
  /** Drawn for each image; whoever took it in knows it by that. */
  readonly id: string
  readonly madeAt: EpochMs
  /** The last transaction that is in it. */
  readonly seq: Seq
  /** The first entry of the journal that is in it; `seq + 1` when there is none. No entry between is missing. */
  readonly floor: number
  readonly records: number
  readonly entries: number
}

/** A record of the state. */
export interface ImageRecord {
  readonly kind: 'record'
  readonly collection: string
  readonly key: string
  readonly value: Json
  /** The entry that wrote it; absent when that is older than every entry in the image. */
  readonly seq?: Seq
}

/** An entry of the journal. */
export interface ImageEntry {
  readonly kind: 'entry'
  readonly entry: JournalEntry
}

/** A part of an image: all records come first, then the entries, oldest first. */
export type ImageItem = ImageRecord | ImageEntry

/** Everything that a store holds, of one moment. */
export interface StoreImage {
  readonly head: ImageHead
  /** Read once, while the image is open. Throws when it is not whole. */
  readonly items: AsyncIterable<ImageItem>
}

/** How an image is made. */
export interface ImageWish {
  readonly id: string
  readonly madeAt: EpochMs
}

/** Where an image comes from. */
export interface ImageSource {
  /** For people; without user and password. */
  readonly where: string
  /** Opens the image of now while `use` reads it. One that was made before keeps its own id. */
  readonly withImage: <R>(wish: ImageWish, use: (image: StoreImage) => Promise<R>) => Promise<R>
}

/** That a store was moved away, or is just being moved: it must not be used any more. */
export interface AwayMark {
  readonly kind: 'away'
  /** Of the image that went. */
  readonly id: string
  readonly at: EpochMs
  /** Where to; without user and password. */
  readonly to: string
  /** False from the last moment before the other store counts until that is known. */
  readonly isDone: boolean
}

/** That a store is being put together, and does not count yet. */
export interface ArrivingMark {
  readonly kind: 'arriving'
  readonly id: string
  readonly at: EpochMs
  readonly from: string
}

/** What keeps a store from being used. */
export type TransferMark = AwayMark | ArrivingMark

/** What moving has to know of a store before it begins. */
export interface StoreLook {
  /** `filled`: there is a journal, or there are lists that a store would take over. */
  readonly state: 'empty' | 'filled'
  readonly seq: number
  readonly mark: TransferMark | undefined
  /** The images that led to what is here. */
  readonly taken: readonly string[]
  /** Who uses it now, in words; empty as far as can be told. */
  readonly users: readonly string[]
  /** What is there besides a journal and would be mixed with what comes, in words. */
  readonly foreign: readonly string[]
}

/** What taking an image in is told. */
export interface TakeOptions {
  readonly from: string
  readonly actor: Actor
  /** True when what is there is an older state of the same store, or a part of this image. */
  readonly replaces: boolean
  /** Called when everything is written and verified, right before it counts; when it rejects, nothing does. */
  readonly settle: () => Promise<void>
}

/** What was taken in, as it was read back. */
export interface Taken {
  /** SHA-256 over all records and entries; the same for the same content in any kind of store. */
  readonly digest: string
  readonly records: number
  readonly entries: number
  /** Number of the entry that says where it came from; the first of the store's new life. */
  readonly seq: number
}

/** A store that can be moved: a state directory or a database. */
export interface TransferStore extends ImageSource {
  readonly kind: 'files' | 'postgres'
  /** Looks; writes nothing. */
  readonly look: () => Promise<StoreLook>
  /** Takes an image in as a whole or not at all. */
  readonly take: (image: StoreImage, options: TakeOptions) => Promise<Taken>
  /**
   * Marks the store as moved away, provided that its last transaction still is `seq`.
   *
   * @throws `ERR_STORE_TRANSFER_CHANGED`
   */
  readonly leave: (mark: AwayMark, seq: number) => Promise<void>
  /**
   * Takes the mark away: the store counts again. Where `only` is given, another mark stays.
   *
   * @throws `ERR_STORE_TRANSFER_CHANGED` when it is another
   */
  readonly reopen: (only?: AwayMark) => Promise<void>
  readonly close: () => Promise<void>
}

/** The collection in which a store keeps which images it has taken in. Key: the image's id. */
export const TAKEN_COLLECTION = 'store.taken'

/** The action of the entry that says where a store came from. */
export const TAKE_ACTION = 'store.take'
