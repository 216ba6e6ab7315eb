import { JournalUnreadable } from '../journal/errors.ts'
import type { StoreFiles } from '../journal/files.ts'
import { ownedFiles } from './context.ts'
import { placeOf } from './document.ts'
import { FolderMoved } from './errors.ts'
import { type Files, folderOf } from './files.ts'
import { decodeText, encodeText } from './text.ts'
import type { DocumentPorts, DocumentSyncOptions } from './types.ts'

/** Absolute places of the folders that do not lie below the state directory, by the folder's name. */
export type MovedFolders = Readonly<Record<string, string>>

/** Whose places. */
export type PlaceOptions = Pick<DocumentSyncOptions, 'root' | 'folders' | 'families'>

/** What knowing them takes. */
export type PlacePorts = Pick<DocumentPorts, 'files' | 'process'>

/**
 * Knows of which folders our copies are copies. A process that was told of others would take what lies there for a
 * change from outside: whoever an old file names would be let in, and everybody else revoked.
 */
export interface PlaceKeeper {
  /**
   * True when the places are the noted ones, false when none are noted yet.
   *
   * @throws {@link FolderMoved}, `ERR_JOURNAL_UNREADABLE`
   */
  readonly check: () => boolean
  /** The same, and notes them when none are. Under the documents lock. */
  readonly keep: () => Promise<void>
  /** Notes the places of now in any case. Under the documents lock. */
  readonly replace: () => Promise<void>
}

/** The name of the note, below the journal's folder. */
const NOTE = 'places.json'

/** A keeper of the places that `options` name; touches nothing yet. */
export function placeKeeper(options: PlaceOptions, ports: PlacePorts): PlaceKeeper {
  const { files } = ownedFiles(options, ports)
  const path = `${options.root}/pairing-journal/${NOTE}`
  const check = (): boolean => {
    const noted = readNote(files, path)
    if (noted === undefined) return false
    for (const folder of foldersOf(options)) {
      const kept = placeOf({ root: options.root, folders: noted }, folder)
      const asked = placeOf(options, folder)
      if (!isSamePlace(ports.files, kept, asked)) throw new FolderMoved(folder, kept, asked)
    }
    return true
  }
  const replace = (): Promise<void> => writeNote(files, path, movedFolders(options, ports.files))
  return {
    check,
    replace,
    keep: async () => {
      if (!check()) await replace()
    },
  }
}

/** The folders that lie elsewhere; told by their names alone unless `files` are given. */
export function movedFolders(options: PlaceOptions, files?: StoreFiles): MovedFolders {
  const moved = foldersOf(options)
    .map((folder) => [folder, placeOf(options, folder)] as const)
    .filter(([folder, place]) => {
      const usual = `${options.root}/${folder}`
      return files ? !isSamePlace(files, usual, place) : usual !== place
    })
  return Object.fromEntries(moved)
}

/** The folders of all families, each once. */
export function foldersOf({ families }: Pick<PlaceOptions, 'families'>): readonly string[] {
  return [...new Set(families.map(({ folder }) => folder))]
}

/** True when both paths lead to one folder, by whatever links; where there is none yet, the folders above decide. */
function isSamePlace(files: StoreFiles, a: string, b: string): boolean {
  if (a === b) return true
  const [left, right] = [files.statTarget(a), files.statTarget(b)]
  if (left && right) return left.dev === right.dev && left.ino === right.ino
  if (left || right || a === '' || b === '') return false
  return nameOf(a) === nameOf(b) && isSamePlace(files, folderOf(a), folderOf(b))
}

function nameOf(path: string): string {
  return path.slice(folderOf(path).length + 1)
}

/** `undefined` when there is none. One that cannot be read is no leave to look anywhere. */
function readNote(files: Files, path: string): MovedFolders | undefined {
  try {
    const content = files.read(path)
    if (content === undefined) return undefined
    const note = JSON.parse(decodeText(content.bytes) ?? '') as Record<string, unknown> | null
    if (note?.['version'] === 1 && isMoved(note['places'])) return note['places']
  } catch (cause) {
    throw new JournalUnreadable(path, cause)
  }
  throw new JournalUnreadable(path, new Error('it does not say where the files are'))
}

function isMoved(places: unknown): places is MovedFolders {
  if (typeof places !== 'object' || places === null || Array.isArray(places)) return false
  return Object.values(places).every((place) => typeof place === 'string')
}

async function writeNote(files: Files, path: string, places: MovedFolders): Promise<void> {
  const temp = `${path}.new`
  // left by a process that died
  files.remove(temp)
  await files.create(temp, encodeText(`${JSON.stringify({ version: 1, places })}\n`))
  files.rename(temp, path)
  await files.syncFolder(folderOf(path))
}
