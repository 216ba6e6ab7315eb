import type { DocumentRefusal, Json, JsonObject, Transaction } from '@openclaw/pairing-contracts'
import { acceptText } from './accept.ts'
import type { Context } from './context.ts'
import { type Document, encodeDocument } from './document.ts'
import { changed, damaged, missing, refused } from './finding-texts.ts'
import { readProblems } from './findings.ts'
import { RETRY_MS } from './limits.ts'
import { type ForeignChange, forgetTrouble, jsonOf, type Observation } from './observe.ts'
import { changeRecord, outsideRecords, wasTakenOver, watchTransaction } from './outside-record.ts'
import type { KnownDocument } from './registry.ts'
import { printable } from './text.ts'
import type { DocumentFindingCode } from './types.ts'

/** What a readable file disproves, damage that was left as it was included. */
const mended: ReadonlySet<DocumentFindingCode> = new Set([...readProblems, 'ERR_DOCUMENT_DAMAGED'])

/** Draws the conclusion from a look at a document: takes a change over, or marks it for rebuilding. Under the documents lock. */
export async function absorb(
  context: Context,
  known: KnownDocument,
  observation: Observation,
): Promise<void> {
  const { findings } = context
  switch (observation.kind) {
    case 'foreign':
      return absorbChange(context, known, observation.change)
    case 'broken':
      return absorbBreak(context, known, observation)
    case 'blocked':
      return findings.report(observation.finding)
    case 'ours':
    case 'absent':
      return forgetTrouble(known)
    default:
  }
}

/** What the journal keeps of refusals. */
export function noteOf(
  documents: readonly string[],
  refusals: readonly DocumentRefusal[],
): JsonObject {
  const note: JsonObject = { outside: true, documents }
  if (refusals.length === 0) return note
  const shown = refusals.slice(0, 50).map(({ subject, why }) => ({
    subject: printable(subject),
    why: printable(why),
  }))
  return { ...note, refused: shown, refusedCount: refusals.length }
}

async function absorbChange(
  context: Context,
  known: KnownDocument,
  change: ForeignChange,
): Promise<void> {
  const { document } = known
  try {
    for (const refusal of await reconcileChange(context, document, change)) {
      context.findings.report(refused(document.path, refusal))
    }
    await acceptText(context, document, change.sight.text)
    context.findings.resolve(document.path, mended)
    forgetTrouble(known)
    // the state decides whether the file stays as it is
    known.wanted += 1
  } catch (error) {
    context.findings.report(changed(document.path, error))
    // it must not be written over, so there is no use in trying to write it either
    known.notBefore = context.ports.clock.now() + RETRY_MS
  }
}

/** Puts the difference between a document and our copy of it to its family, in one transaction; answers what it refused. */
export async function reconcileChange(
  { ports }: Context,
  document: Document,
  { base, sight, json }: ForeignChange,
): Promise<readonly DocumentRefusal[]> {
  const { host } = ports
  const digest = ports.sha256(sight.text)
  if (wasTakenOver(host, document, { base, digest })) return []
  const { family, fileName } = document
  const name = { folder: family.folder, fileName }
  const difference = { name, before: jsonOf(document, base), after: json }
  return host.reconcile('outside.change', async (tx: Transaction) => {
    const watched = watchTransaction(host, tx)
    const refusals = await family.reconcile(watched.tx, difference)
    if (refusals.length === 0 && !watched.changed()) return refusals
    tx.put(outsideRecords, document.id, changeRecord(base, digest))
    tx.note(noteOf([document.id], refusals))
    return refusals
  })
}

async function absorbBreak(
  context: Context,
  known: KnownDocument,
  { token, damage, base }: Extract<Observation, { kind: 'broken' }>,
): Promise<void> {
  const { document } = known
  const { path } = document
  known.handled = token
  if (!hasSomethingToShow(context, document) && (base === undefined || !damage)) {
    // nothing to rebuild it from; a file that is not ours stays where it is
    if (damage) return context.findings.report(damaged(path, damage.why))
    if (context.options.mode === 'write') context.files.remove(document.base)
    return
  }
  if (context.options.mode === 'read') {
    return context.findings.report(damage ? damaged(path, damage.why) : missing(path))
  }
  known.wanted += 1
}

function hasSomethingToShow({ ports }: Context, document: Document): boolean {
  const json: Json | undefined = encodeDocument(ports.host, document, undefined)
  return json !== undefined
}
