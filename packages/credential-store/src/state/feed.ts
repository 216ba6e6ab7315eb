import type { AbortSignalLike, JournalEntry, Seq } from '@openclaw/pairing-contracts'

const PAGE = 256

/** What a live feed of entries needs of its store. */
export interface FeedSource {
  /** Entries after `after`, oldest first; rejects when they are not kept any more. */
  readonly read: (after: Seq, limit: number) => Promise<readonly JournalEntry[]>
  /** Resolves when there may be something new, or `signal` aborted, or the store was closed. */
  readonly wait: (signal: AbortSignalLike) => Promise<void>
  readonly isClosed: () => boolean
}

/** Every entry after `after`, in order, then live; ends when `signal` aborts or the store is closed. */
export async function* followEntries(
  source: FeedSource,
  after: Seq,
  signal: AbortSignalLike,
): AsyncGenerator<JournalEntry, void, undefined> {
  let last = after
  while (!signal.aborted) {
    const page = await source.read(last, PAGE)
    for (const entry of page) {
      if (signal.aborted) return
      last = entry.seq
      yield entry
    }
    if (page.length > 0) continue
    if (source.isClosed()) return
    await source.wait(signal)
    if (source.isClosed()) return
  }
}
