import { documentFiles, type FileOwner, type Files } from './files.ts'
import { emptyFindings, type Findings } from './findings.ts'
import { emptyRegistry, type KnownDocument, type Registry } from './registry.ts'
import type { DocumentPorts, DocumentSyncOptions } from './types.ts'

/** What every part of the document sync works with. */
export interface Context {
  readonly options: DocumentSyncOptions
  readonly ports: DocumentPorts
  readonly files: Files
  readonly registry: Registry
  readonly findings: Findings
  /** The user that everything should belong to: the owner of the state directory. */
  readonly uid: () => number | undefined
  rewriting: Rewriting | undefined
}

/** The document that is being written now, and what stands there as far as we know. */
export interface Rewriting {
  readonly known: KnownDocument
  token: string
}

/** What looking at a file takes. */
export type Looker = Pick<Context, 'files' | 'uid'> & {
  readonly options: Pick<DocumentSyncOptions, 'mode'>
}

/** Puts the parts together; touches nothing yet. */
export function documentContext(options: DocumentSyncOptions, ports: DocumentPorts): Context {
  return {
    options,
    ports,
    ...ownedFiles(options, ports),
    registry: emptyRegistry(options),
    findings: emptyFindings(),
    rewriting: undefined,
  }
}

/** Files that are made for the owner of the state directory (asked once, also through a link), and who that is. */
export function ownedFiles(
  { root, folders = {} }: Pick<DocumentSyncOptions, 'root' | 'folders'>,
  { files, process }: Pick<DocumentPorts, 'files' | 'process'>,
): Pick<Context, 'files' | 'uid'> {
  let known: FileOwner | undefined
  const owner = (): FileOwner | undefined => {
    known ??= files.statTarget(root)
    return known
  }
  const giveTo = (): FileOwner | undefined =>
    process.uid === 0 && owner()?.uid !== 0 ? owner() : undefined
  return {
    files: documentFiles(files, { owner: giveTo, places: new Set(Object.values(folders)) }),
    uid: () => (process.uid === undefined ? undefined : owner()?.uid),
  }
}

/** Lets whoever waits be served between two steps: a document may list many thousand. */
export function breathe({ ports }: Pick<Context, 'ports'>): Promise<void> {
  return ports.sleep(0)
}
