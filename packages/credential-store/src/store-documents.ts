import type { Transaction } from '@openclaw/pairing-contracts'
import { copiesFolder, recordsBelow } from './documents/document.ts'
import {
  type MovedFolders,
  movedFolders,
  type PlaceKeeper,
  type PlaceOptions,
  placeKeeper,
} from './documents/places.ts'
import { documentSync } from './documents/sync.ts'
import { sameJson } from './documents/text.ts'
import type { DocumentHost, DocumentPorts, DocumentSync } from './documents/types.ts'
import { POLL_MS } from './limits.ts'
import { DOCUMENTS_LOCK } from './lock-names.ts'
import { runWork } from './state/run-work.ts'
import { planTransaction } from './state/transaction.ts'
import type { StoreParts } from './store-parts.ts'
import type { FileStoreOptions, StorePorts } from './store-ports.ts'

/** The well-known files, and when they are looked at. */
export interface Documents {
  readonly sync: DocumentSync
  /** Takes over what other programs changed, unless that was looked at less than {@link POLL_MS} ago. */
  readonly poll: () => Promise<void>
  /** Folders that lie elsewhere; `undefined` unless they are noted to lie where this store looks for them. */
  readonly places: () => MovedFolders | undefined
  readonly close: () => void
}

/** Documents on the journal of `parts`; `undefined` when there are none. Touches nothing before `sync.open`. */
export function storeDocuments(
  options: FileStoreOptions,
  ports: StorePorts,
  parts: StoreParts,
): Documents | undefined {
  const { root, mode, families = [], folders = {} } = options
  if (families.length === 0) return undefined
  const at = { root, families, folders }
  const folder = copiesFolder(root)
  const places = placeKeeper(at, ports)
  const lock: DocumentPorts['lock'] = (work) =>
    parts.withLock(DOCUMENTS_LOCK, async (isHeld) => {
      // asked each time: they may have been moved since
      await places.keep()
      return work(isHeld)
    })
  const sync = documentSync(
    { ...at, mode, folder },
    {
      ...ports,
      host: documentHost(options, ports, { ...parts, places }),
      lock,
      ...(parts.isVerified && { isVerified: parts.isVerified }),
    },
  )
  parts.listeners.add((entries) => {
    for (const entry of entries) sync.committed(entry)
  })
  const open = async (): Promise<void> => {
    if (isVerifiedPlace(parts, at)) return sync.open()
    const noted = places.check()
    // of a directory whose copies an older version made
    if (!noted && mode === 'write' && ports.files.stat(folder)) await lock(async () => undefined)
    return sync.open()
  }
  const notedPlaces = (): MovedFolders | undefined => {
    try {
      return places.check() ? movedFolders(at) : undefined
    } catch {
      return undefined
    }
  }
  return { sync: { ...sync, open }, places: notedPlaces, ...seldom(sync.poll) }
}

/** True when the last writer noted that it found the files right in these places, and that is trusted. */
function isVerifiedPlace({ verifiedPlaces }: StoreParts, at: PlaceOptions): boolean {
  const noted = verifiedPlaces?.()
  return noted !== undefined && sameJson(noted, movedFolders(at))
}

function documentHost(
  { mode }: FileStoreOptions,
  ports: StorePorts,
  { journal, queue, writer, places }: StoreParts & { readonly places: PlaceKeeper },
): DocumentHost {
  const actor = { kind: 'system', part: 'outside change' } as const
  const scope = 'store' as Parameters<StoreParts['queue']['add']>[0]['scope']
  return {
    reconcile: (action, work) =>
      mode === 'write'
        ? queue.add({ scope, actor, action }, work)
        : inMemory(ports, { journal, places, action, work }),
    records: (collection, prefix) => {
      journal.refresh()
      return recordsBelow(journal.records(), collection, prefix)
    },
    isEmpty: () => {
      journal.refresh()
      return journal.seq() === 0
    },
    seq: () => {
      journal.refresh()
      return journal.seq()
    },
    settle: async (seq) => Math.min(seq, await writer.confirm(seq)),
  }
}

/**
 * A store that only reads understands a foreign change all the same: it holds in this process, and is written by
 * the next one that writes.
 */
async function inMemory<R>(
  { clock }: StorePorts,
  {
    journal,
    places,
    action,
    work,
  }: {
    readonly journal: StoreParts['journal']
    readonly places: PlaceKeeper
    readonly action: string
    readonly work: (tx: Transaction) => Promise<R>
  },
): Promise<R> {
  places.check()
  journal.refresh()
  const plan = planTransaction((name) => journal.records().of(name), clock.now())
  try {
    const result = await runWork({ action }, plan.tx, work)
    journal.records().apply(plan.changes())
    return result
  } finally {
    plan.end()
  }
}

/** Runs `work` at most every {@link POLL_MS}; callers in between share the last run. */
function seldom(work: () => Promise<void>): Pick<Documents, 'poll' | 'close'> {
  let last: Promise<void> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const forget = (): void => {
    last = undefined
    clearTimeout(timer)
  }
  return {
    poll: () => {
      if (last === undefined) {
        last = work()
        timer = setTimeout(forget, POLL_MS)
        timer.unref()
      }
      return last
    },
    close: forget,
  }
}
