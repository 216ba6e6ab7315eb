import { absorb } from './absorb.ts'
import type { Context } from './context.ts'
import { changed } from './finding-texts.ts'
import { SETTLE_MS } from './limits.ts'
import { isCalm, type Observation, observe } from './observe.ts'
import type { KnownDocument } from './registry.ts'
import { reportFailure } from './rewrite.ts'
import type { Scanner } from './scan.ts'
import { tokenOf } from './sight.ts'
import { understand } from './understand.ts'

/** How often the folders are looked through again because more had changed meanwhile. */
const ROUNDS = 4

/**
 * Takes in whatever happened to the documents since the last time: changes are taken over, what is damaged or gone is
 * marked for rebuilding. Never rejects because of a file.
 */
export async function attend(context: Context, scanner: Scanner): Promise<void> {
  if (await attendOnce(context, scanner)) return
  await context.ports.sleep(SETTLE_MS)
  await attendOnce(context, scanner)
}

/**
 * True while a document is written and neither it nor another one was touched by anybody else: whoever only wants to
 * know what other programs did need not wait for the write.
 */
export function isOtherwiseCalm(context: Context, scanner: Scanner): boolean {
  const { rewriting } = context
  if (rewriting === undefined) return false
  if (tokenOf(context, rewriting.known.document.path) !== rewriting.token) return false
  return findOdd(context, scanner).length === 0
}

/** False when something has to be looked at again a little later. */
async function attendOnce(context: Context, scanner: Scanner): Promise<boolean> {
  const odd = findOdd(context, scanner)
  if (odd.length === 0) return true
  if (context.options.mode === 'read') return understand(context, odd)
  try {
    return await context.ports.lock(() => takeIn(context, scanner, odd))
  } catch (error) {
    for (const { document } of odd) context.findings.report(changed(document.path, error))
    return true
  }
}

function findOdd(context: Context, scanner: Scanner): readonly KnownDocument[] {
  const blocked = scanner.scan()
  const odd: KnownDocument[] = []
  for (const known of context.registry.all()) {
    if (blocked.has(known.document.family.folder)) continue
    if (known !== context.rewriting?.known && !isCalm(context, known)) odd.push(known)
  }
  return odd
}

/**
 * Looks closely at what is odd, and then through all folders again: what a program wrote before the file that was just
 * looked at belongs to the same deed (an approval by OpenClaw 2026.2 is two files).
 */
async function takeIn(
  context: Context,
  scanner: Scanner,
  first: readonly KnownDocument[],
): Promise<boolean> {
  const seen = new Map<KnownDocument, Observation>()
  let fresh = first
  for (let round = 0; round < ROUNDS && fresh.length > 0; round += 1) {
    for (const known of fresh) seen.set(known, await observe(context, known))
    const isNews = fresh.some((known) => seen.get(known)?.kind === 'foreign')
    // one that was being written before the news was read may be done now
    const isOpen = (known: KnownDocument): boolean => {
      const kind = seen.get(known)?.kind
      return kind === undefined || (isNews && kind === 'locked')
    }
    fresh = findOdd(context, scanner).filter(isOpen)
  }
  for (const known of context.registry.all()) {
    const observation = seen.get(known)
    if (observation) await absorbSafely(context, known, observation)
  }
  return ![...seen.values()].some(({ kind }) => kind === 'unsettled')
}

async function absorbSafely(
  context: Context,
  known: KnownDocument,
  observation: Observation,
): Promise<void> {
  try {
    await absorb(context, known, observation)
  } catch (error) {
    reportFailure(context, known.document, error)
  }
}
