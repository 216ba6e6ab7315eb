import type { Transaction } from '@openclaw/pairing-contracts'
import { recordsBelow } from './documents/document.ts'
import { documentSync } from './documents/sync.ts'
import type { DocumentHost, DocumentSync } from './documents/types.ts'
import { POLL_MS } from './limits.ts'
import { runWork } from './state/run-work.ts'
import { planTransaction } from './state/transaction.ts'
import type { StoreParts } from './store-parts.ts'
import type { FileStoreOptions, StorePorts } from './store-ports.ts'

/** The well-known files, and when they are looked at. */
export interface Documents {
  readonly sync: DocumentSync
  /** Takes over what other programs changed, unless that was looked at less than {@link POLL_MS} ago. */
  readonly poll: () => Promise<void>
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
  const sync = documentSync(
    { root, mode, families, folders, folder: `${parts.folder}/documents` },
    {
      ...ports,
      host: documentHost(options, ports, parts),
      lock: (work) => parts.withLock('documents.lock', work),
      ...(parts.isVerified && { isVerified: parts.isVerified }),
    },
  )
  parts.listeners.add((entries) => {
    for (const entry of entries) sync.committed(entry)
  })
  return { sync, ...seldom(sync.poll) }
}

function documentHost(
  { mode }: FileStoreOptions,
  ports: StorePorts,
  { journal, queue }: StoreParts,
): DocumentHost {
  const actor = { kind: 'system', part: 'outside change' } as const
  const scope = 'store' as Parameters<StoreParts['queue']['add']>[0]['scope']
  return {
    reconcile: (action, work) =>
      mode === 'write'
        ? queue.add({ scope, actor, action }, work)
        : inMemory(ports, { journal, action, work }),
    records: (collection, prefix) => {
      journal.refresh()
      return recordsBelow(journal.records(), collection, prefix)
    },
    isEmpty: () => {
      journal.refresh()
      return journal.seq() === 0
    },
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
    action,
    work,
  }: {
    readonly journal: StoreParts['journal']
    readonly action: string
    readonly work: (tx: Transaction) => Promise<R>
  },
): Promise<R> {
  journal.refresh()
  const plan = planTransaction((name) => journal.records().of(name), clock.now())
  try {
    const result = await runWork(action, plan.tx, work)
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
