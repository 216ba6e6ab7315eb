import type { DocumentRecord, Json } from '@openclaw/pairing-contracts'
import type { BaseCopy } from './base-copy.ts'
import { breathe, type Context } from './context.ts'
import { keepAside } from './damage.ts'
import { type Document, recordsOf } from './document.ts'
import { RenameRefused } from './errors.ts'
import type { FileContent } from './files.ts'
import { damaged, missing, renameRefused, unwritable } from './finding-texts.ts'
import { writeProblems } from './findings.ts'
import { takeLock } from './foreign-lock.ts'
import { RETRY_MS } from './limits.ts'
import { forgetTrouble, jsonOf, type Observation, observe } from './observe.ts'
import { outsideRecords } from './outside-record.ts'
import type { KnownDocument } from './registry.ts'
import { replaceDocument } from './replace.ts'
import { folderObstacle } from './scan.ts'
import type { DamagedSight } from './sight.ts'
import { parseJson, printable, printJson, sameJson } from './text.ts'

/**
 * What became of bringing one document in line.
 *
 * - `done`: it shows the state
 * - `again`: something happened to it that must be taken in first
 * - `locked`: another program holds its lock file
 * - `failed`: reported; to be tried later
 */
export type RewriteOutcome = 'done' | 'again' | 'locked' | 'failed'

/** True when a document waits to be written and may be tried now. */
export function isDue({ ports }: Context, known: KnownDocument): boolean {
  const wait = known.notBefore - ports.clock.now()
  return isStale(known) && (wait <= 0 || wait > RETRY_MS)
}

/** True when a document waits to be written. */
export function isStale(known: KnownDocument): boolean {
  return known.written < known.wanted
}

/** Brings a document in line with the state of this moment. Under the documents lock; never rejects. */
export async function rewrite(
  context: Context,
  known: KnownDocument,
  isHeld: () => boolean,
): Promise<RewriteOutcome> {
  const { document } = known
  const { wanted } = known
  try {
    const outcome = await bring(context, known, isHeld)
    if (outcome === 'done') {
      known.written = wanted
      known.trust = undefined
      forgetTrouble(known)
      context.findings.resolve(document.path, writeProblems)
    }
    return outcome
  } catch (error) {
    reportFailure(context, document, error)
    known.notBefore = context.ports.clock.now() + RETRY_MS
    return 'failed'
  }
}

/** Reports why a document could not be written. */
export function reportFailure(
  { findings, uid }: Pick<Context, 'findings' | 'uid'>,
  { path }: Document,
  error: unknown,
): void {
  const refused = error instanceof RenameRefused
  findings.report(refused ? renameRefused(path, error.cause) : unwritable(path, error, uid()))
}

interface Ground {
  readonly previous: Json | undefined
  readonly expected: FileContent | undefined
  /** Done just before the document is replaced. */
  readonly prepare: () => Promise<void>
  /** What the document says now; `undefined` when it says nothing. */
  readonly current: Json | undefined
}

async function bring(
  context: Context,
  known: KnownDocument,
  isHeld: () => boolean,
): Promise<RewriteOutcome> {
  const { document } = known
  const obstacle = folderObstacle(context, document)
  const seen: Observation = obstacle
    ? { kind: 'blocked', finding: obstacle }
    : await observe(context, known)
  if (seen.kind === 'foreign' || seen.kind === 'unsettled') return 'again'
  if (seen.kind === 'broken' && known.handled !== seen.token) return 'again'
  if (seen.kind === 'locked') return 'locked'
  if (seen.kind === 'blocked') {
    context.findings.report(seen.finding)
    known.notBefore = context.ports.clock.now() + RETRY_MS
    return 'failed'
  }
  await breathe(context)
  const ground = groundOf(context, document, seen)
  const { host } = context.ports
  const shown = host.seq()
  const json = await encodeInSteps(context, document, ground.previous)
  if (json === undefined) return 'done'
  if (ground.current !== undefined && sameJson(json, ground.current)) return 'done'
  await breathe(context)
  const text = printJson(json)
  await breathe(context)
  // a copy that knows of a transaction which a power cut takes back would tell of damage
  const seq = await host.settle(shown)
  return write(context, document, { ...ground, text, seq, isHeld })
}

/** A document may list many thousand; whoever waits for an approval meanwhile is let in between the steps. */
async function encodeInSteps(
  context: Context,
  document: Document,
  previous: Json | undefined,
): Promise<Json | undefined> {
  await breathe(context)
  const records = recordsOf(context.ports.host, document)
  await breathe(context)
  const json = await encodeRecords(context, { document, records }, previous)
  await breathe(context)
  return json
}

async function encodeRecords(
  context: Context,
  {
    document,
    records,
  }: { readonly document: Document; readonly records: readonly DocumentRecord[] },
  previous: Json | undefined,
): Promise<Json | undefined> {
  const { family, fileName } = document
  const parts = family.encodeInParts?.(fileName, records, previous)
  if (parts === undefined) return family.encode(fileName, records, previous)
  for (;;) {
    const step = parts.next()
    if (step.done === true) return step.value
    await breathe(context)
  }
}

function groundOf(
  context: Context,
  document: Document,
  seen: Extract<Observation, { readonly kind: 'ours' | 'absent' | 'broken' }>,
): Ground {
  const prepare = async (): Promise<void> => undefined
  if (seen.kind === 'absent') {
    return { previous: undefined, expected: undefined, current: undefined, prepare }
  }
  if (seen.kind === 'ours') {
    const json = parseJson(seen.sight.text)
    return { previous: json, expected: seen.sight.content, current: json, prepare }
  }
  return {
    previous: jsonOf(document, seen.base),
    expected: seen.damage?.content,
    current: undefined,
    prepare: () => setAside(context, document, seen),
  }
}

/** Keeps what was damaged, and tells the owner and the journal. */
async function setAside(
  context: Context,
  document: Document,
  {
    damage,
    base,
  }: { readonly damage: DamagedSight | undefined; readonly base: BaseCopy | undefined },
): Promise<void> {
  const keptAs = damage && (await keepAside(context, document, damage))
  context.findings.report(
    damage ? damaged(document.path, damage.why, keptAs) : missing(document.path),
  )
  const problem = printable(damage?.why ?? 'missing')
  const kept = keptAs === undefined ? {} : { keptAs: keptAs.slice(document.folder.length + 1) }
  try {
    await context.ports.host.reconcile('outside.damage', async (tx) => {
      tx.put(outsideRecords, document.id, { base: base?.id ?? '', problem, ...kept })
      tx.note({ outside: true, documents: [document.id], problem, ...kept })
    })
  } catch {
    // NOTE the file is rebuilt all the same, and the finding stands
  }
}

async function write(
  context: Context,
  document: Document,
  work: Ground & { readonly text: string; readonly seq: number; readonly isHeld: () => boolean },
): Promise<RewriteOutcome> {
  await context.files.makeFolder(document.folder)
  const lock = await takeLock(context, document)
  if (lock === undefined) return 'locked'
  try {
    await work.prepare()
    const mayMove = (): boolean => work.isHeld() && lock.isHeld()
    const { text, seq, expected } = work
    return (await replaceDocument(context, document, { text, seq, expected, mayMove }))
      ? 'done'
      : 'again'
  } finally {
    lock.release()
  }
}
