import type { DocumentRefusal } from '@openclaw/pairing-contracts'
import { noteOf } from './absorb.ts'
import { acceptText } from './accept.ts'
import type { Context } from './context.ts'
import { TakeOverStopped } from './errors.ts'
import { damaged, refused } from './finding-texts.ts'
import { SETTLE_MS } from './limits.ts'
import type { ForeignChange } from './observe.ts'
import { recoverCopies } from './recover.ts'
import type { KnownDocument } from './registry.ts'
import { look, readJson, type Sight } from './sight.ts'
import type { DocumentFinding } from './types.ts'
import { remember } from './understand.ts'

type Found = Pick<ForeignChange, 'sight' | 'json'> & { readonly known: KnownDocument }

/**
 * Takes over a directory whose journal is empty: every file is read first, then all of them in one transaction.
 * `blocked` names folders that could not be looked into.
 *
 * A store that only reads does so for itself alone.
 *
 * @throws {@link TakeOverStopped} when one cannot be read
 */
export async function takeOver(context: Context, blocked: ReadonlySet<string>): Promise<void> {
  // a folder that cannot be listed is not empty
  if (blocked.size > 0) throw new TakeOverStopped(context.findings.list())
  const found = await readAll(context)
  if (found.length === 0) return
  if (context.options.mode === 'read') {
    await reconcileAll(context, found)
    for (const { known, sight } of found) remember(context, known, sight.text)
    return
  }
  await context.ports.lock(async () => {
    if (!context.ports.host.isEmpty()) return
    await reconcileAll(context, found)
    for (const one of found) await accept(context, one)
  })
}

async function readAll(context: Context): Promise<readonly Found[]> {
  const first = readOnce(context)
  if (!('problems' in first)) return first.found
  // an editor may be saving a file
  await context.ports.sleep(SETTLE_MS)
  const second = readOnce(context)
  if ('problems' in second) throw new TakeOverStopped(second.problems)
  return second.found
}

function readOnce(
  context: Context,
): { readonly found: readonly Found[] } | { readonly problems: readonly DocumentFinding[] } {
  const found: Found[] = []
  const problems: DocumentFinding[] = []
  for (const known of context.registry.all()) {
    const sight = look(context, known.document)
    if (sight.kind === 'missing') continue
    const read = judge(known, sight)
    if ('problem' in read) problems.push(read.problem)
    else found.push({ known, ...read })
  }
  return problems.length > 0 ? { problems } : { found }
}

function judge(
  { document }: KnownDocument,
  sight: Exclude<Sight, { readonly kind: 'missing' }>,
): Pick<ForeignChange, 'sight' | 'json'> | { readonly problem: DocumentFinding } {
  if (sight.kind === 'blocked') return { problem: sight.finding }
  if (sight.kind === 'damaged') return { problem: damaged(document.path, sight.why) }
  const read = readJson(document, sight.text)
  return 'why' in read ? { problem: damaged(document.path, read.why) } : { sight, json: read.json }
}

async function reconcileAll(context: Context, found: readonly Found[]): Promise<void> {
  const { ports, findings } = context
  const refusals = await ports.host.reconcile('store.take-over', async (tx) => {
    const all: { readonly path: string; readonly refusal: DocumentRefusal }[] = []
    for (const { known, json } of found) {
      const { family, fileName, path } = known.document
      const name = { folder: family.folder, fileName }
      const own = await family.reconcile(tx, { name, before: undefined, after: json })
      all.push(...own.map((refusal) => ({ path, refusal })))
    }
    tx.note(
      noteOf(
        found.map(({ known }) => known.document.id),
        all.map(({ refusal }) => refusal),
      ),
    )
    return all
  })
  for (const { path, refusal } of refusals) findings.report(refused(path, refusal))
}

async function accept(context: Context, { known, sight }: Found): Promise<void> {
  known.wanted += 1
  try {
    await recoverCopies(context, known.document)
    await acceptText(context, known.document, sight.text)
  } catch {
    // NOTE the journal has it; without our copy the file is compared with the journal once more, which changes nothing
  }
}
