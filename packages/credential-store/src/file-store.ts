import {
  type CredentialStore,
  isOpenClawError,
  type OpenClawError,
} from '@openclaw/pairing-contracts'
import type { DocumentFinding } from './documents/types.ts'
import { StoreClosed } from './errors.ts'
import { StoreReadOnly } from './journal/errors.ts'
import type { JournalFinding } from './journal/findings.ts'
import { feedOf } from './journal-feed.ts'
import { LOOKS_BEFORE_FLUSH, POLL_MS } from './limits.ts'
import { assertEnd } from './lost-end.ts'
import { followEntries } from './state/feed.ts'
import { liveView, type ViewSource } from './state/view.ts'
import { type Documents, storeDocuments } from './store-documents.ts'
import { guardRoot, type StoreParts, storeParts } from './store-parts.ts'
import type { FileStoreOptions, StorePorts } from './store-ports.ts'
import { type StoreReport, verifyStore } from './verify-store.ts'

/** How a store is doing. */
export interface StoreHealth {
  /** `damaged`: views and transactions throw {@link error} · `read-only`: views answer, transactions throw */
  readonly state: 'ok' | 'read-only' | 'damaged'
  readonly error?: OpenClawError
  /** Things that work but should be known, oldest first. */
  readonly journal: readonly JournalFinding[]
  readonly documents: readonly DocumentFinding[]
}

/** A store in a directory. */
export interface FileStore extends CredentialStore {
  readonly root: string
  readonly health: () => StoreHealth
  /** Checks all kept segments and compares the well-known files with the journal; writes nothing. */
  readonly verify: () => Promise<StoreReport>
}

/**
 * Opens the store in `root`. A directory without journal is empty; a damaged journal opens, and says so in
 * {@link FileStore.health} and from every view and transaction, while `history` answers up to the damage.
 *
 * @throws `ERR_STORE_LINK`, `ERR_STORE_OWNER`, `ERR_JOURNAL_UNREADABLE`, `ERR_STORE_FOLDER_MOVED`, `ERR_STORE_MOVED`,
 *   `ERR_STORE_UNFINISHED`, or why existing files were not taken over
 */
export async function fileStore(options: FileStoreOptions, ports: StorePorts): Promise<FileStore> {
  guardRoot(options, ports)
  const parts = storeParts(options, ports)
  parts.assertHere()
  const usable = isUsable(parts)
  const documents = usable ? storeDocuments(options, ports, parts) : undefined
  try {
    await documents?.sync.open()
  } catch (error) {
    documents?.close()
    await closeParts(parts)
    throw error
  }
  return openStore(options, parts, documents)
}

function openStore(
  options: FileStoreOptions,
  parts: StoreParts,
  documents: Documents | undefined,
): FileStore {
  const { journal, queue } = parts
  let closing: Promise<void> | undefined
  const assertOpen = (): void => {
    if (closing) throw new StoreClosed()
  }
  const keeper = isForgotten(options) ? undefined : keepUp(options, parts, documents)
  return {
    root: options.root,
    transact: async (intent, work) => {
      assertOpen()
      if (options.mode === 'read') throw new StoreReadOnly(options.root)
      if (documents) await documents.poll()
      return queue.add(intent, work)
    },
    view: (collection) => liveView(sourceOf(journal, assertOpen), collection),
    history: async (after, limit) => {
      assertOpen()
      return parts.history.read(after, limit)
    },
    changes: (after, signal) => {
      assertOpen()
      const feed = feedOf(parts, () => closing !== undefined)
      return followEntries(feed, after, signal)
    },
    health: () => healthOf(options, parts, documents),
    verify: async () => {
      assertOpen()
      return verifyStore(parts, documents)
    },
    close: () => {
      closing ??= (keeper?.stop() ?? Promise.resolve()).then(() =>
        closeStore(options, parts, documents),
      )
      parts.news.ring()
      return closing
    },
  }
}

/** What views of a store are made of: the records as they are now, or as they were when it was looked last. */
function sourceOf(journal: StoreParts['journal'], assertOpen: () => void): ViewSource {
  const current = () => {
    assertOpen()
    journal.refresh()
    return journal.records()
  }
  const latest = () => (journal.position() ? journal.records() : current())
  return { current, latest, seq: journal.seq }
}

/** True for a store that is read and forgotten: it looks when it is asked, and not by itself. */
function isForgotten({ mode, trustVerified }: FileStoreOptions): boolean {
  return mode === 'read' && trustVerified === true
}

/**
 * Looks at the disk now and then, so that changes by others are seen and documents are written without being asked.
 * What is stale waits for a few looks, so that a burst of changes is written once.
 */
function keepUp(
  options: FileStoreOptions,
  parts: StoreParts,
  documents: Documents | undefined,
): { readonly stop: () => Promise<void> } {
  let running: Promise<void> | undefined
  let stale = 0
  const look = async (): Promise<void> => {
    try {
      distrustMoved(parts)
      parts.journal.recheck()
      await documents?.poll()
      stale = documents?.sync.stale() === true ? stale + 1 : 0
      if (stale < LOOKS_BEFORE_FLUSH) return
      stale = 0
      await documents?.sync.flush()
      await spareReaders(options, parts, documents)
    } catch {
      // the next call that needs the state says why
    }
  }
  const timer = setInterval(() => {
    running ??= look().finally(() => {
      running = undefined
    })
  }, POLL_MS)
  timer.unref()
  return {
    stop: async () => {
      clearInterval(timer)
      await running
    },
  }
}

/** What is left behind when a store is moved away lets nobody in. */
function distrustMoved({ journal, assertHere }: StoreParts): void {
  try {
    assertHere()
  } catch (error) {
    if (isOpenClawError(error) && error.code === 'ERR_STORE_MOVED') journal.distrust(error)
    throw error
  }
}

async function closeStore(
  options: FileStoreOptions,
  parts: StoreParts,
  documents: Documents | undefined,
): Promise<void> {
  await parts.queue.idle()
  try {
    await documents?.sync.flush()
    await spareReaders(options, parts, documents)
  } catch {
    // what was acknowledged is in the journal; the next process that opens the store writes the files
  }
  documents?.close()
  await closeParts(parts)
}

/** Checks what was written, so that commands that only read need not. */
async function spareReaders(
  { mode }: FileStoreOptions,
  { journal, noteVerified }: StoreParts,
  documents: Documents | undefined,
): Promise<void> {
  const position = journal.position()
  if (mode === 'read' || position === undefined || journal.failure() || documents?.sync.stale())
    return
  await noteVerified({
    segment: position.tail.file,
    documents: documents?.sync.copied() ?? [],
    places: documents?.places(),
  })
}

async function closeParts({ queue, writer, journal, watch }: StoreParts): Promise<void> {
  watch.stop()
  await queue.close()
  writer.close()
  journal.close()
}

/** False when the journal cannot be vouched for; what makes it impossible to open at all is thrown. */
function isUsable(parts: StoreParts): boolean {
  try {
    parts.journal.refresh()
    assertEnd(parts)
    return true
  } catch (error) {
    if (isOpenClawError(error) && opensAllTheSame(error)) return false
    throw error
  }
}

function opensAllTheSame({ code }: OpenClawError): boolean {
  return code === 'ERR_JOURNAL_DAMAGED' || code === 'ERR_JOURNAL_MISSING'
}

function healthOf(
  { mode }: FileStoreOptions,
  parts: StoreParts,
  documents: Documents | undefined,
): StoreHealth {
  const found = { journal: parts.findings.all(), documents: documents?.sync.findings() ?? [] }
  const damage = problemOf(parts)
  if (damage) return { state: 'damaged', error: damage, ...found }
  const failure = parts.writer.failure()
  if (failure) return { state: 'read-only', error: failure, ...found }
  return { state: mode === 'read' ? 'read-only' : 'ok', ...found }
}

function problemOf({ journal }: StoreParts): OpenClawError | undefined {
  try {
    journal.refresh()
    return undefined
  } catch (error) {
    return isOpenClawError(error) ? error : undefined
  }
}
