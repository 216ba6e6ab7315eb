import { type BaseCopies, isOurs, readCopies } from './base-copy.ts'
import { type Looker, ownedFiles } from './context.ts'
import { keptCopies } from './damage.ts'
import {
  copiesFolder,
  type Document,
  documentOf,
  encodeDocument,
  isPlainName,
  placeOf,
} from './document.ts'
import { folderOf } from './files.ts'
import {
  behind,
  damaged,
  keptAside,
  leftover,
  missing,
  tooOpen,
  toRebuild,
  unreadable,
} from './finding-texts.ts'
import { lockState } from './foreign-lock.ts'
import { LEFTOVER_MS } from './limits.ts'
import { foldersOf } from './places.ts'
import { folderFinding } from './scan.ts'
import { isTooOpen, look, readJson } from './sight.ts'
import { isTempName } from './temp-names.ts'
import { sameJson } from './text.ts'
import type { DocumentFinding, DocumentHost, DocumentPorts, DocumentSyncOptions } from './types.ts'

/** Where to look. */
export type InspectOptions = Pick<DocumentSyncOptions, 'root' | 'folders' | 'families'>

/** What looking takes; with `host` the files are compared with the journal's state as well. */
export interface InspectPorts
  extends Pick<DocumentPorts, 'files' | 'process' | 'clock' | 'sha256'> {
  readonly host?: Pick<DocumentHost, 'records'>
}

type Place = Pick<DocumentSyncOptions, 'root' | 'folder' | 'folders' | 'families'>
type Inspector = Looker & { readonly at: Place; readonly ports: InspectPorts }

/**
 * Looks at the well-known files of a state directory and everything beside them, without a lock and without writing.
 *
 * @returns what the owner should know: links, owners, rights, damage, what is missing or left over; empty when all is well
 */
export function inspectDocuments(
  options: InspectOptions,
  ports: InspectPorts,
): readonly DocumentFinding[] {
  const folder = copiesFolder(options.root)
  const inspector: Inspector = {
    ...ownedFiles(options, ports),
    options: { mode: 'read' },
    at: { ...options, folder },
    ports,
  }
  const own = [folderOf(folder), folder]
  return [
    ...own.flatMap((path) => inspectFolder(inspector, path)),
    ...foldersOf(options).flatMap((name) => inspectTogether(inspector, name)),
  ]
}

function inspectTogether(inspector: Inspector, folder: string): readonly DocumentFinding[] {
  const theirs = placeOf(inspector.at, folder)
  const ours = `${inspector.at.folder}/${folder}`
  const problems = [theirs, ours].flatMap((path) => inspectFolder(inspector, path))
  if (problems.some(({ code }) => code !== 'ERR_DOCUMENT_MODE')) return problems
  try {
    const names = inspector.files.list(theirs)
    const based = inspector.files.list(ours).filter((name) => name.endsWith('.base'))
    const all = new Set([...names, ...based.map((name) => name.slice(0, -'.base'.length))])
    return [
      ...problems,
      ...names.filter(isTempName).flatMap((name) => inspectTemp(inspector, `${theirs}/${name}`)),
      ...[...all].sort().flatMap((name) => inspectName(inspector, folder, name)),
    ]
  } catch (error) {
    return [...problems, unreadable(theirs, error, inspector.uid())]
  }
}

function inspectFolder(inspector: Inspector, path: string): readonly DocumentFinding[] {
  const finding = folderFinding(inspector, path)
  return finding ? [finding] : inspectMode(inspector, path)
}

function inspectMode(inspector: Inspector, path: string): readonly DocumentFinding[] {
  const facts = inspector.files.stat(path)
  return facts && isTooOpen(inspector, facts) ? [tooOpen(path, facts)] : []
}

function inspectTemp({ files, ports }: Inspector, path: string): readonly DocumentFinding[] {
  const facts = files.stat(path)
  return facts && ports.clock.now() - facts.mtimeMs >= LEFTOVER_MS ? [leftover(path)] : []
}

function inspectName(
  inspector: Inspector,
  folder: string,
  name: string,
): readonly DocumentFinding[] {
  const { families } = inspector.at
  const family = families.find((one) => one.folder === folder && one.owns(name))
  if (!family || !isPlainName(name)) return []
  const document = documentOf(inspector.at, family, name)
  return [
    ...inspectDocument(inspector, document),
    ...(lockState(inspector, document) === 'left' ? [leftover(document.lock)] : []),
    ...keptCopies(inspector, document).map((path) => keptAside(document.path, path)),
  ]
}

function inspectDocument(inspector: Inspector, document: Document): readonly DocumentFinding[] {
  const { path } = document
  const sight = look(inspector, document)
  if (sight.kind === 'blocked') return [sight.finding]
  const copies = copiesOf(inspector, document)
  if ('finding' in copies) return [copies.finding]
  const bad = (why: string): DocumentFinding =>
    copies.base ? toRebuild(path, why) : damaged(path, why)
  if (sight.kind === 'missing') return isMissed(inspector, document, copies) ? [missing(path)] : []
  const mode = inspectMode(inspector, path)
  if (sight.kind === 'damaged') return [...mode, bad(sight.why)]
  const read = readJson(document, sight.text)
  if ('why' in read) return [...mode, bad(read.why)]
  const { host } = inspector.ports
  if (!host || !isOurs(copies, sight.text)) return mode
  const json = encodeDocument(host, document, read.json)
  return json === undefined || sameJson(json, read.json) ? mode : [...mode, behind(path)]
}

function copiesOf(
  inspector: Inspector,
  document: Document,
): BaseCopies | { readonly finding: DocumentFinding } {
  try {
    return readCopies(inspector, document)
  } catch (error) {
    return { finding: unreadable(document.base, error, inspector.uid()) }
  }
}

/** Without the journal's state, a file that we wrote once is missed. */
function isMissed({ ports }: Inspector, document: Document, { base }: BaseCopies): boolean {
  if (!base) return false
  return !ports.host || encodeDocument(ports.host, document, undefined) !== undefined
}
