import { attend } from './attend.ts'
import type { Context } from './context.ts'
import { locked } from './finding-texts.ts'
import { FOREIGN_LOCK_PAUSE_MS, FOREIGN_LOCK_WAIT_MS, MAX_REWRITES } from './limits.ts'
import type { KnownDocument } from './registry.ts'
import { isDue, type RewriteOutcome, reportFailure, rewrite } from './rewrite.ts'
import type { Scanner } from './scan.ts'
import { tokenOf } from './sight.ts'

/** Runs one step after the others that were begun, so that two parts of one process never work on the files at once. */
export type InTurn = <R>(step: () => Promise<R>) => Promise<R>

/** Writes every stale document; waits for lock files of others, but lets other steps go on meanwhile. */
export async function flushAll(context: Context, scanner: Scanner, inTurn: InTurn): Promise<void> {
  let waited = 0
  for (;;) {
    const held = await inTurn(() => writeStale(context, scanner))
    if (held.length === 0) return
    if (waited >= FOREIGN_LOCK_WAIT_MS) {
      for (const { document } of held) context.findings.report(locked(document))
      return
    }
    waited += FOREIGN_LOCK_PAUSE_MS
    await context.ports.sleep(FOREIGN_LOCK_PAUSE_MS)
  }
}

/** Writes what can be written now; answers the documents whose lock file somebody else holds. */
export async function writeStale(
  context: Context,
  scanner: Scanner,
): Promise<readonly KnownDocument[]> {
  if (context.options.mode === 'read') return []
  const outcomes = new Map<KnownDocument, RewriteOutcome>()
  for (let round = 0; round < MAX_REWRITES; round += 1) {
    await attend(context, scanner)
    for (const known of context.registry.all()) {
      const open = (outcomes.get(known) ?? 'again') === 'again'
      if (open && isDue(context, known)) outcomes.set(known, await rewriteAlone(context, known))
    }
    // most often nothing was due, or all of it is done
    if (![...outcomes.values()].includes('again')) break
  }
  return [...outcomes].flatMap(([known, outcome]) => (outcome === 'locked' ? [known] : []))
}

async function rewriteAlone(context: Context, known: KnownDocument): Promise<RewriteOutcome> {
  try {
    return await context.ports.lock((isHeld) => {
      context.rewriting = { known, token: tokenOf(context, known.document.path) }
      return rewrite(context, known, isHeld)
    })
  } catch (error) {
    reportFailure(context, known.document, error)
    return 'failed'
  } finally {
    context.rewriting = undefined
  }
}
