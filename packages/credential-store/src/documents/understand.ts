import { absorb, reconcileChange } from './absorb.ts'
import { readCopies } from './base-copy.ts'
import type { Context } from './context.ts'
import { changed, refused } from './finding-texts.ts'
import { type ForeignChange, glance } from './observe.ts'
import type { KnownDocument } from './registry.ts'

/**
 * What a store that only reads makes of documents: a change by another program holds in this process, by a `reconcile`
 * that reaches no disk; damage and absence are reported. The next store that writes takes the change over for good.
 *
 * @returns false when something has to be looked at again a little later
 */
export async function understand(
  context: Context,
  odd: readonly KnownDocument[],
): Promise<boolean> {
  let settled = true
  for (const known of odd) {
    const seen = glance(context, known)
    if (seen.kind === 'unsettled') settled = false
    try {
      if (seen.kind === 'foreign') await understandChange(context, known, seen.change)
      else await absorb(context, known, seen)
    } catch (error) {
      context.findings.report(changed(known.document.path, error))
    }
  }
  return settled
}

/** Remembers what a document said when it was understood, so that the next change is compared with that. */
export function remember(context: Context, known: KnownDocument, text: string): void {
  const { base } = readCopies(context, known.document)
  known.understood = { baseId: base?.id ?? '', text }
}

async function understandChange(
  context: Context,
  known: KnownDocument,
  change: ForeignChange,
): Promise<void> {
  for (const refusal of await reconcileChange(context, known.document, change)) {
    context.findings.report(refused(known.document.path, refusal))
  }
  remember(context, known, change.sight.text)
}
