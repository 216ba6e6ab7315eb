import type { JournalEntry } from '@openclaw/pairing-contracts'
import { attend, isOtherwiseCalm } from './attend.ts'
import { type Context, documentContext } from './context.ts'
import { unwritable } from './finding-texts.ts'
import { flushAll, type InTurn, writeStale } from './flush.ts'
import { hasLeftLock, removeLeftLock } from './foreign-lock.ts'
import { foldersOf } from './places.ts'
import { isStale } from './rewrite.ts'
import { folderScanner, type Scanner } from './scan.ts'
import { markBehind, verifyAll } from './state-documents.ts'
import { takeOver } from './take-over.ts'
import { removeLeftovers } from './temp-names.ts'
import type { DocumentPorts, DocumentSync, DocumentSyncOptions } from './types.ts'

/** Keeps the well-known files and the journal in step, see {@link DocumentSync}. Touches nothing before `open`. */
export function documentSync(options: DocumentSyncOptions, ports: DocumentPorts): DocumentSync {
  const context = documentContext(options, ports)
  const scanner = folderScanner(context)
  const inTurn = queue()
  const attendInTurn = shared(() => inTurn(() => attend(context, scanner)))
  const poll = async (): Promise<void> => {
    if (!isOtherwiseCalm(context, scanner)) await attendInTurn()
  }
  return {
    open: () => inTurn(() => openAll(context, scanner)),
    poll,
    committed: ({ changes }) => touchSafely(context, changes),
    flush: shared(() => flushAll(context, scanner, inTurn)),
    stale: () => options.mode === 'write' && context.registry.all().some(isStale),
    findings: context.findings.list,
    copied: () =>
      context.registry.all().map(({ document: { path, base } }) => ({ path, copy: base })),
    verify: () =>
      inTurn(async () => {
        scanner.scan()
        return verifyAll(context)
      }),
  }
}

/** Called in the middle of a commit, which must not fail because a family does. */
function touchSafely(
  { registry, findings, options }: Context,
  changes: JournalEntry['changes'],
): void {
  try {
    registry.touch(changes)
  } catch (error) {
    findings.report(unwritable(options.root, error, undefined))
  }
}

async function openAll(context: Context, scanner: Scanner): Promise<void> {
  const { ports, options } = context
  if (ports.host.isEmpty()) await takeOver(context, scanner.scan())
  await attend(context, scanner)
  if (options.mode === 'read') return
  markBehind(context)
  await writeStale(context, scanner)
  await cleanUp(context)
}

/** Removes what processes that died have left. */
async function cleanUp(context: Context): Promise<void> {
  const { registry, options } = context
  for (const folder of foldersOf(options)) {
    removeLeftovers(context, folder)
  }
  const left = registry.all().filter(({ document }) => hasLeftLock(context, document))
  if (left.length === 0) return
  // under our lock, so that what looks left over is not the lock file of another process of ours
  const remove = async (): Promise<void> => {
    for (const { document } of left) removeLeftLock(context, document)
  }
  await context.ports.lock(remove).catch(() => undefined)
}

function queue(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return (step) => {
    const done = last.then(step)
    last = done.catch(() => undefined)
    return done
  }
}

/** Calls that come while one waits for its turn or runs share the next one: what they ask for may be newer than the running one. */
function shared(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let following: Promise<void> | undefined
  const start = (): Promise<void> => {
    running = work().finally(() => {
      running = undefined
    })
    return running
  }
  return () => {
    if (!running) return start()
    following ??= running
      .catch(() => undefined)
      .then(() => {
        following = undefined
        return start()
      })
    return following
  }
}
