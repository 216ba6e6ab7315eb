import type { Change, RecoverableFamily, Transaction } from '@openclaw/pairing-contracts'
import type { LostRange, Salvage } from '../journal/salvage.ts'
import { runWork } from '../state/run-work.ts'
import { planTransaction } from '../state/transaction.ts'
import { readCopies } from './base-copy.ts'
import { ownedFiles } from './context.ts'
import {
  copiesFolder,
  type Document,
  documentOf,
  encodeDocument,
  isPlainName,
  placeOf,
  recordsBelow,
} from './document.ts'
import type { Files } from './files.ts'
import { MAX_DOCUMENTS } from './limits.ts'
import { readJson } from './sight.ts'
import { decodeText } from './text.ts'
import type { DocumentPorts, DocumentSyncOptions } from './types.ts'

/** The files that may still show what a journal has lost. */
export interface LossOptions extends Pick<DocumentSyncOptions, 'root' | 'folders'> {
  readonly families: readonly RecoverableFamily[]
}

/** What looking at them takes. */
export type LossPorts = Pick<DocumentPorts, 'files' | 'process' | 'sha256' | 'clock'>

const ENDING = '.base'

/** What could be read of a journal, and what could not. */
export interface Loss extends Pick<Salvage, 'records' | 'changedAt'> {
  /** Where nobody knows how many were lost at the end, `to` is infinite. */
  readonly lost: readonly LostRange[]
}

/** What the files tell of what was lost. */
export interface Told {
  readonly changes: readonly Change[]
  /** Files of which nobody knows up to which transaction they show the state, by path. */
  readonly undated: readonly string[]
}

/**
 * What transactions that nobody can read any more may have done, told by the well-known files, as far as a file shows
 * their effect: each knows up to which transaction it does. Where the files and the last record that can be read do not both
 * let somebody in, they stay out. A file of which we have no copy of our own proves nothing, but whom it alone names stays out
 * too: the store that opens next would take them for let in from outside.
 *
 * @param loss - what could be read; stays as it is
 */
export async function changesAfterLoss(
  options: LossOptions,
  ports: LossPorts,
  loss: Loss,
): Promise<Told> {
  const { files } = ownedFiles(options, ports)
  const plan = planTransaction((name) => loss.records.of(name), ports.clock.now())
  const undated: string[] = []
  try {
    for (const { document, family } of documentsIn(options, files)) {
      const shown = shownBy(files, ports, document)
      if (!shown || !loss.lost.some(({ from }) => from <= shown.upTo)) continue
      if (shown.isOurs && shown.upTo === Number.POSITIVE_INFINITY) undated.push(document.path)
      const work = { loss, family, document, shown }
      await runWork({ action: 'journal.repair' }, plan.tx, (tx) => recoverOne(tx, work))
    }
    return { changes: plan.changes(), undated }
  } finally {
    plan.end()
  }
}

/** Those that we have written, and those that stand there, in the order of the families, then of the names. */
function documentsIn(
  options: LossOptions,
  files: Files,
): readonly { readonly document: Document; readonly family: RecoverableFamily }[] {
  const folder = copiesFolder(options.root)
  return options.families.flatMap((family) =>
    [...new Set(namesIn(files, [`${folder}/${family.folder}`, placeOf(options, family.folder)]))]
      .filter((name) => isPlainName(name) && family.owns(name))
      .sort()
      .slice(0, MAX_DOCUMENTS)
      .map((name) => ({ document: documentOf({ ...options, folder }, family, name), family })),
  )
}

function namesIn(files: Files, [copies, place]: readonly [string, string]): readonly string[] {
  const based = files.list(copies).filter((name) => name.endsWith(ENDING))
  return [...based.map((name) => name.slice(0, -ENDING.length)), ...listOr(files, place)]
}

/** A folder that cannot be looked into keeps no repair from being made: no store takes anything from it either. */
function listOr(files: Files, folder: string): readonly string[] {
  try {
    return files.list(folder)
  } catch {
    return []
  }
}

interface Work {
  readonly loss: Loss
  readonly family: RecoverableFamily
  readonly document: Document
  readonly shown: Shown
}

interface Shown {
  readonly text: string
  /** The transaction up to which the text shows the state; infinite where nobody knows. */
  readonly upTo: number
  /** False where no copy of ours says so. */
  readonly isOurs: boolean
}

async function recoverOne(
  tx: Transaction,
  { loss: { records, changedAt, lost }, family, document, shown }: Work,
): Promise<void> {
  const read = readJson(document, shown.text)
  if (!('json' in read)) return
  const host = {
    records: (collection: string, prefix: string) => recordsBelow(records, collection, prefix),
  }
  const before = encodeDocument(host, document, undefined)
  const isDoubtful = (collection: string, key: string): boolean => {
    const known = changedAt(collection, key)
    if (!shown.isOurs && records.of(collection).get(key) !== undefined) return false
    return lost.some(({ from, to }) => to > known && from <= shown.upTo)
  }
  const name = { folder: family.folder, fileName: document.fileName }
  await family.recover(tx, { name, before, after: read.json, isDoubtful })
}

/** What we wrote there last: what others wrote since is taken over when the store is opened. */
function shownBy(files: Files, { sha256 }: LossPorts, document: Document): Shown | undefined {
  try {
    const { base, next } = readCopies({ files, ports: { sha256 } }, document)
    const bytes = files.read(document.path)?.bytes
    const text = bytes && decodeText(bytes)
    // a replacement that was begun: the file says whether it was done
    const isNext = next !== 'torn' && next?.text === text && base?.text !== text
    const copy = isNext ? next : base
    const upTo = copy?.seq ?? Number.POSITIVE_INFINITY
    if (copy) return { text: copy.text, upTo, isOurs: true }
    return text === undefined ? undefined : { text, upTo, isOurs: false }
  } catch {
    return undefined
  }
}
