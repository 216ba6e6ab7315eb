import { access, chmod, constants, lstat, readdir, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { shellWord } from '../program.ts'
import type { Finding } from './finding.ts'

/** Where private things lie. */
export interface PrivatePlaces {
  readonly stateDir: string
  readonly credentialsDir: string
  /** Files that hold secrets, wherever they are: configuration, token files. */
  readonly files: readonly string[]
  /** Where the lists of who is let in are. */
  readonly lists: 'here' | 'in a database'
}

/** Folders of the state directory whose files only the owner may read. */
const KEY_FOLDERS = ['identity', 'node', 'gateway/tls']
/** Those of the lists. */
const LIST_FOLDERS = ['credentials', 'devices', 'nodes', 'pairing-journal']
/** More than anyone has; a folder that holds more is somebody else's. */
const MAX_FILES = 2_000
const OTHERS = 0o077

/** Files and folders that other users of this machine may read or write. */
export async function permissionFindings(places: PrivatePlaces): Promise<readonly Finding[]> {
  // Windows has access lists instead of these bits.
  if (process.platform === 'win32') return []
  const folders = new Set([
    ...[...LIST_FOLDERS, ...KEY_FOLDERS].map((name) => join(places.stateDir, name)),
    places.credentialsDir,
  ])
  const inside = await Promise.all([...folders].map(filesOf))
  const checked = [places.stateDir, ...folders, ...inside.flat(), ...places.files]
  const found = await Promise.all([...new Set(checked)].map(findingOf))
  const door = await factsOf(places.stateDir)
  const isClosed = door !== undefined && (door.mode & OTHERS) === 0
  return [
    ...found
      .filter((finding) => finding !== undefined)
      .map((finding) => (isClosed ? behindDoor(places.stateDir, finding) : finding)),
    ...(await Promise.all([...writtenTo(places, folders)].map(unwritable(places)))).flat(),
  ]
}

/** Where nobody else gets into the state directory, what lies in it is safe from them all the same. */
function behindDoor(stateDir: string, finding: Finding): Finding {
  if (!finding.subject.startsWith(stateDir + sep)) return finding
  return {
    ...finding,
    severity: 'note',
    consequence: 'nobody else gets there while the state directory itself is closed to them',
  }
}

/** A list that nobody writes any more needs no right to be written. */
function writtenTo(
  { stateDir, lists }: PrivatePlaces,
  folders: ReadonlySet<string>,
): readonly string[] {
  return [
    stateDir,
    ...(lists === 'here' ? folders : KEY_FOLDERS.map((name) => join(stateDir, name))),
  ]
}

const CANNOT_WRITE: Readonly<Record<PrivatePlaces['lists'], string>> = {
  here: 'nothing can be decided, and nobody new can ask',
  'in a database':
    'decisions go into the database all the same, but no gateway starts here: it leaves there how it is reached',
}

/** A folder in which we may not write keeps every decision from being made. */
const unwritable =
  ({ lists }: PrivatePlaces) =>
  async (folder: string): Promise<readonly Finding[]> => {
    try {
      await access(folder, constants.W_OK | constants.X_OK)
      return []
    } catch (error) {
      if (!(error instanceof Error && 'code' in error) || error.code === 'ENOENT') return []
      return [
        {
          id: 'not-writable',
          severity: 'error',
          subject: folder,
          problem: `you may not write here (${String(error.code)})`,
          consequence: CANNOT_WRITE[lists],
          fix:
            error.code === 'EROFS'
              ? 'mount the file system for writing'
              : `sudo chown -R "$(id -un)" ${shellWord(folder)} && chmod -R u+rwX ${shellWord(folder)}`,
        },
      ]
    }
  }

async function filesOf(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile())
      .slice(0, MAX_FILES)
      .map(({ name }) => join(folder, name))
  } catch {
    return []
  }
}

async function findingOf(path: string): Promise<Finding | undefined> {
  const facts = await factsOf(path)
  if (facts === undefined || (facts.mode & OTHERS) === 0) return undefined
  const canWrite = (facts.mode & 0o022) !== 0
  const wanted = facts.isFolder ? 0o700 : 0o600
  const command = `chmod ${wanted.toString(8)} ${shellWord(path)}`
  const shown = facts.mode.toString(8).padStart(4, '0')
  return {
    id: 'permissions',
    // A folder that others may list gives away names of files, not what is in them.
    severity: canWrite || !facts.isFolder ? 'error' : 'warning',
    subject: path,
    problem: `other users of this machine may ${canWrite ? 'change' : 'read'} it (mode ${shown})`,
    consequence: consequenceOf(canWrite, facts.isFolder),
    fix: command,
    repair: { what: command, run: () => chmod(path, wanted) },
  }
}

function consequenceOf(canWrite: boolean, isFolder: boolean): string {
  if (canWrite) return 'whoever can write here can let anybody in'
  return isFolder
    ? 'others see which channels and accounts there are'
    : 'others can read who is approved, or a secret'
}

async function factsOf(path: string) {
  try {
    // A link's own bits mean nothing; what it leads to counts. The lstat keeps sockets and devices out.
    const link = await lstat(path)
    const facts = link.isSymbolicLink() ? await stat(path) : link
    if (!facts.isDirectory() && !facts.isFile()) return undefined
    return { isFolder: facts.isDirectory(), mode: facts.mode & 0o777 }
  } catch {
    return undefined
  }
}
