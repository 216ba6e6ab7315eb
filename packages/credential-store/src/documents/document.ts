import type { DocumentFamily, DocumentRecord, Json } from '@openclaw/pairing-contracts'
import type { Records } from '../state/records.ts'
import type { DocumentHost, DocumentSyncOptions } from './types.ts'

/** One well-known file and everything that belongs to it on disk. */
export interface Document {
  readonly family: DocumentFamily
  readonly fileName: string
  /** `credentials/telegram-pairing.json`: unique, and its name in the journal. */
  readonly id: string
  /** The folder that holds it, absolute. */
  readonly folder: string
  readonly path: string
  /** The lock file of OpenClaw 2026.2. */
  readonly lock: string
  /** What we wrote or took over last. */
  readonly base: string
  /** What is about to become {@link base}. */
  readonly next: string
  readonly baseFolder: string
}

/** What decides where a family's folder is. */
export type Places = Pick<DocumentSyncOptions, 'root' | 'folders'>

/** Where a family's folder is: below the state directory unless it was put elsewhere. */
export function placeOf({ root, folders = {} }: Places, folder: string): string {
  return Object.hasOwn(folders, folder) ? (folders[folder] ?? root) : `${root}/${folder}`
}

/** Describes the file of a family; throws when its name would leave the folder. */
export function documentOf(
  options: Places & Pick<DocumentSyncOptions, 'folder'>,
  family: DocumentFamily,
  fileName: string,
): Document {
  if (!isPlainName(family.folder) || !isPlainName(fileName)) {
    throw new RangeError(`family ${family.name} named a file that is no plain name`)
  }
  const folder = placeOf(options, family.folder)
  const baseFolder = `${options.folder}/${family.folder}`
  const path = `${folder}/${fileName}`
  return {
    family,
    fileName,
    id: `${family.folder}/${fileName}`,
    folder,
    path,
    lock: `${path}.lock`,
    base: `${baseFolder}/${fileName}.base`,
    next: `${baseFolder}/${fileName}.next`,
    baseFolder,
  }
}

/** Where our copies of the documents of a state directory lie. */
export function copiesFolder(root: string): string {
  return `${root}/pairing-journal/documents`
}

/** True for a name that stays in its folder and is no hidden file. */
export function isPlainName(name: string): boolean {
  return /^[^./\\\0][^/\\\0]{0,199}$/.test(name)
}

/** The document as the journal's state would have it; `undefined` when there is nothing to show and no file. */
export function encodeDocument(
  host: Pick<DocumentHost, 'records'>,
  document: Document,
  previous: Json | undefined,
): Json | undefined {
  return document.family.encode(document.fileName, recordsOf(host, document), previous)
}

/** Current records of a collection below a prefix, as families take them. */
export function recordsBelow(
  records: Records,
  collection: string,
  prefix: string,
): readonly DocumentRecord[] {
  const cells = records.of(collection).cells(prefix)
  return cells.map(({ key, json }) => ({ collection, key, value: json }))
}

/** The records that a document shows. */
export function recordsOf(
  host: Pick<DocumentHost, 'records'>,
  { family, fileName }: Document,
): readonly DocumentRecord[] {
  return family
    .sourcesOf(fileName)
    .flatMap(({ collection, prefix }) => host.records(collection, prefix))
}
