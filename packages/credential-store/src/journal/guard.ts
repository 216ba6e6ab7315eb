import { JournalUnreadable, LinkRefused, OwnerRefused } from './errors.ts'
import { errnoOf, type FileStat, type StoreFiles } from './files.ts'

/** Whose the files of the store must be. */
export interface FileOwner {
  readonly uid: number
  readonly gid: number
}

/** What the checks need; `owner` is `undefined` where files have none (Windows). */
export interface GuardPorts {
  readonly files: Pick<StoreFiles, 'stat' | 'chmod'>
  readonly owner: () => FileOwner | undefined
}

/**
 * Looks at a directory of ours before it is used; `undefined` when there is none. Tightens it to 0700.
 *
 * @throws {@link LinkRefused}, {@link OwnerRefused}, {@link JournalUnreadable} when something else stands there
 */
export function guardDirectory(ports: GuardPorts, path: string): FileStat | undefined {
  const found = statOf(ports, path)
  if (found === undefined) return undefined
  if (!found.isDirectory()) throw new JournalUnreadable(path, new Error('it is not a directory'))
  guardOwner(ports, path, found)
  tighten(ports, path, { found, mode: 0o700 })
  return found
}

/** The same for a file: a plain file of ours, 0600. */
export function guardFile(ports: GuardPorts, path: string): FileStat | undefined {
  const found = statOf(ports, path)
  if (found === undefined) return undefined
  if (!found.isFile()) throw new JournalUnreadable(path, new Error('it is not a file'))
  guardOwner(ports, path, found)
  tighten(ports, path, { found, mode: 0o600 })
  return found
}

function statOf({ files }: GuardPorts, path: string): FileStat | undefined {
  try {
    const found = files.stat(path)
    if (found?.isSymbolicLink()) throw new LinkRefused(path)
    return found
  } catch (cause) {
    throw errnoOf(cause) === undefined ? cause : new JournalUnreadable(path, cause)
  }
}

function guardOwner({ owner }: GuardPorts, path: string, found: FileStat): void {
  const expected = owner()
  if (expected === undefined || found.uid === expected.uid) return
  throw new OwnerRefused(path, found.uid, expected.uid)
}

/** A read-only disk cannot be tightened, which is no reason not to read it. */
function tighten(
  { files, owner }: GuardPorts,
  path: string,
  { found, mode }: { readonly found: FileStat; readonly mode: number },
): void {
  if (owner() === undefined || (found.mode & 0o077) === 0) return
  try {
    files.chmod(path, mode)
  } catch {
    // `doctor` reports what is too open
  }
}
