import type { Change } from '@openclaw/pairing-contracts'
import type { Records } from '../state/records.ts'
import { runWork } from '../state/run-work.ts'
import { type Plan, planTransaction } from '../state/transaction.ts'
import { isOurs, readCopies } from './base-copy.ts'
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
import type { DocumentPorts, DocumentSyncOptions } from './types.ts'

/** The files that may still show what a journal has lost. */
export type LossOptions = Pick<DocumentSyncOptions, 'root' | 'folders' | 'families'>

/** What looking at them takes. */
export type LossPorts = Pick<DocumentPorts, 'files' | 'process' | 'sha256' | 'clock'>

const ENDING = '.base'

/**
 * What transactions that nobody can read any more may have done, told by the well-known files: they were written after
 * them. So whom the files do not let in any more stays out, although the last record that can be read would let them in.
 * Files of which we have no copy of our own prove nothing.
 *
 * @param records - what could be read; stays as it is
 * @returns what to change in it
 */
export async function changesAfterLoss(
  options: LossOptions,
  ports: LossPorts,
  records: Records,
): Promise<readonly Change[]> {
  const { files } = ownedFiles(options, ports)
  const plan = planTransaction((name) => records.of(name), ports.clock.now())
  try {
    for (const document of documentsIn(options, files)) {
      await runWork('journal.repair', plan.tx, () =>
        reconcileOne({ files, ports, records, plan }, document),
      )
    }
    return plan.changes()
  } finally {
    plan.end()
  }
}

/** Those that we have written, in the order of the families, then of the names. */
function documentsIn(options: LossOptions, files: Files): readonly Document[] {
  const folder = copiesFolder(options.root)
  return options.families.flatMap((family) =>
    [...files.list(`${folder}/${family.folder}`)]
      .filter((name) => name.endsWith(ENDING))
      .map((name) => name.slice(0, -ENDING.length))
      .filter((name) => isPlainName(name) && family.owns(name))
      .sort()
      .slice(0, MAX_DOCUMENTS)
      .map((name) => documentOf({ ...options, folder }, family, name)),
  )
}

interface Work {
  readonly files: Files
  readonly ports: LossPorts
  readonly records: Records
  readonly plan: Plan
}

async function reconcileOne(
  { files, ports, records, plan }: Work,
  document: Document,
): Promise<void> {
  const text = shownBy(files, ports, document)
  const read = text === undefined ? undefined : readJson(document, text)
  if (read === undefined || !('json' in read)) return
  const { family, fileName } = document
  const host = {
    records: (collection: string, prefix: string) => recordsBelow(records, collection, prefix),
  }
  const before = encodeDocument(host, document, undefined)
  const name = { folder: family.folder, fileName }
  await family.reconcile(plan.tx, { name, before, after: read.json })
}

/** What we wrote there last: what others wrote since is taken over when the store is opened. */
function shownBy(files: Files, { sha256 }: LossPorts, document: Document): string | undefined {
  try {
    const copies = readCopies({ files, ports: { sha256 } }, document)
    const bytes = files.read(document.path)?.bytes
    const text = bytes && decodeText(bytes)
    if (text !== undefined && isOurs(copies, text)) return text
    return copies.base?.text
  } catch {
    return undefined
  }
}
