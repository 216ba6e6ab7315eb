import type { EpochMs, JournalEntry, Json, Seq } from '@openclaw/pairing-contracts'
import { type ImageHead, TAKE_ACTION, TAKEN_COLLECTION, type TakeOptions } from './types.ts'

/** The first entry of a store's new life: where it came from, and that it has taken this image. */
export function takenEntry(
  { id, seq, records, entries }: ImageHead,
  { from, actor }: Pick<TakeOptions, 'from' | 'actor'>,
  { digest, now }: { readonly digest: string; readonly now: EpochMs },
): JournalEntry {
  const value: Json = { from, at: new Date(now).toISOString(), seq, digest }
  return {
    seq: (seq + 1) as Seq,
    time: now,
    actor,
    action: TAKE_ACTION,
    changes: [{ collection: TAKEN_COLLECTION, key: id, value }],
    detail: { from, records, entries },
  }
}
