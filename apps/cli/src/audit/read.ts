import type { CredentialStore, JournalEntry, Seq } from '@openclaw/pairing-contracts'
import { isOpenClawError } from '@openclaw/pairing-contracts'
import { type AuditEvent, eventsOf } from './events.ts'
import { type KnownName, nameMemory, namesOnly, withNameBefore } from './names.ts'

/** An entry of the journal and what it says. */
export interface AuditRow {
  readonly entry: JournalEntry
  readonly events: readonly AuditEvent[]
  /** What the device that acted is called. */
  readonly actorName: KnownName
}

/** Which rows are wanted. */
export interface AuditWish {
  readonly limit: number
  /** Ms since 1970; nothing older. */
  readonly since: number
}

/** Entries read at a time, going back. */
const CHUNK = 500

/** The newest rows that say something, oldest first. Reads backwards and no further than it must. */
export async function newestRows(
  store: CredentialStore,
  wish: AuditWish,
): Promise<readonly AuditRow[]> {
  const chunks: (readonly JournalEntry[])[] = []
  let found = 0
  let end = headOf(store)
  while (end > 0 && found < wish.limit) {
    const chunk = await chunkBefore(store, end)
    const isTold = (entry: JournalEntry): boolean => eventsOf(entry).length > 0
    chunks.unshift(chunk.flatMap((entry) => (isTold(entry) ? [entry] : namesOnly(entry))))
    found += chunk.filter((entry) => entry.time >= wish.since && isTold(entry)).length
    const oldest = chunk[0]
    if (oldest === undefined || oldest.time < wish.since) break
    end = oldest.seq - 1
  }
  const rows = chunks.flat().flatMap(rowMaker())
  return rows.filter(({ entry }) => entry.time >= wish.since).slice(-wish.limit)
}

/** Makes the row of an entry, oldest entry first; none for mere book-keeping. What devices were called is remembered. */
export function rowMaker(): (entry: JournalEntry) => readonly AuditRow[] {
  const memory = nameMemory()
  return (entry) => {
    const { actor } = entry
    const events = eventsOf(entry).map((event) => withNameBefore(event, memory))
    const actorName = actor.kind === 'operator' ? memory.of(actor.deviceId) : {}
    memory.learn(entry)
    return events.length === 0 ? [] : [{ entry, events, actorName }]
  }
}

/** The position of the last entry. */
export function headOf(store: CredentialStore): number {
  const any = { name: 'dm.requests', decode: (value: unknown) => value, encode: () => null }
  return store.view(any).seq()
}

async function chunkBefore(store: CredentialStore, end: number): Promise<readonly JournalEntry[]> {
  const after = Math.max(0, end - CHUNK)
  const entries = await historyFrom(store, after, end - after)
  return entries.filter(({ seq }) => seq <= end)
}

/** Old segments may be gone; what is left is still read. */
async function historyFrom(
  store: CredentialStore,
  after: number,
  limit: number,
): Promise<readonly JournalEntry[]> {
  try {
    return await store.history(after as Seq, limit)
  } catch (error) {
    const oldest = oldestOf(error)
    if (oldest === undefined || oldest <= after) throw error
    return limit - (oldest - 1 - after) <= 0
      ? []
      : store.history((oldest - 1) as Seq, limit - (oldest - 1 - after))
  }
}

function oldestOf(error: unknown): number | undefined {
  const isGap = isOpenClawError(error) && error.code === 'ERR_STORE_HISTORY_GAP'
  return isGap && 'oldest' in error && typeof error.oldest === 'number' ? error.oldest : undefined
}
