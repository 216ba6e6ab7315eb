import type { Change, Transaction } from '@openclaw/pairing-contracts'
import type { LostRange, Salvage } from '../journal/salvage.ts'
import { runWork } from '../state/run-work.ts'
import { planTransaction } from '../state/transaction.ts'
import { type BaseCopy, readCopies } from './base-copy.ts'
import { ownedFiles } from './context.ts'
import {
  copiesFolder,
  type Document,
  documentOf,
  encodeDocument,
  isPlainName,
  recordsBelow,
} from './document.ts'
import type { Files } from './files.ts'
import { MAX_DOCUMENTS } from './limits.ts'
import { readJson } from './sight.ts'
import { decodeText } from './text.ts'
import type { DocumentPorts, DocumentSyncOptions, RecoverableFamily } from './types.ts'

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
 * let somebody in, they stay out. Files of which we have no copy of our own prove nothing.
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
      const upTo = shown?.seq ?? Number.POSITIVE_INFINITY
      if (!shown || !loss.lost.some(({ from }) => from <= upTo)) continue
      if (shown.seq === undefined) undated.push(document.path)
      const work = { loss, family, document, shown: { text: shown.text, upTo } }
      await runWork('journal.repair', plan.tx, (tx) => recoverOne(tx, work))
    }
    return { changes: plan.changes(), undated }
  } finally {
    plan.end()
  }
}

/** Those that we have written, in the order of the families, then of the names. */
function documentsIn(
  options: LossOptions,
  files: Files,
): readonly { readonly document: Document; readonly family: RecoverableFamily }[] {
  const folder = copiesFolder(options.root)
  return options.families.flatMap((family) =>
    [...files.list(`${folder}/${family.folder}`)]
      .filter((name) => name.endsWith(ENDING))
      .map((name) => name.slice(0, -ENDING.length))
      .filter((name) => isPlainName(name) && family.owns(name))
      .sort()
      .slice(0, MAX_DOCUMENTS)
      .map((name) => ({ document: documentOf({ ...options, folder }, family, name), family })),
  )
}

interface Work {
  readonly loss: Loss
  readonly family: RecoverableFamily
  readonly document: Document
  readonly shown: { readonly text: string; readonly upTo: number }
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
    return lost.some(({ from, to }) => to > known && from <= shown.upTo)
  }
  const name = { folder: family.folder, fileName: document.fileName }
  await family.recover(tx, { name, before, after: read.json, isDoubtful })
}

/** What we wrote there last: what others wrote since is taken over when the store is opened. */
function shownBy(files: Files, { sha256 }: LossPorts, document: Document): BaseCopy | undefined {
  try {
    const { base, next } = readCopies({ files, ports: { sha256 } }, document)
    const bytes = files.read(document.path)?.bytes
    const text = bytes && decodeText(bytes)
    // a replacement that was begun: the file says whether it was done
    if (next !== 'torn' && next?.text === text && base?.text !== text) return next
    return base
  } catch {
    return undefined
  }
}
