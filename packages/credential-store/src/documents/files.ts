import { errnoOf, type StoreFiles } from '../journal/files.ts'
import { type FileFacts, factsOf } from './file-facts.ts'
import { MAX_COPY_BYTES } from './limits.ts'

/** Content and facts of one moment: the file did not change while it was read. */
export interface FileContent {
  readonly bytes: Uint8Array
  readonly facts: FileFacts
}

/** Who should own what we make: the owner of the state directory, where we are root and it belongs to somebody else. */
export interface FileOwner {
  readonly uid: number
  readonly gid: number
}

/** What documents do with files. Errors of the operating system come through as they are. */
export interface Files {
  /** `undefined` when nothing is there. */
  readonly stat: (path: string) => FileFacts | undefined
  /** Names in a folder; none when it is not there. */
  readonly list: (folder: string) => readonly string[]
  /** `undefined` when nothing is there; `EFBIG` above {@link MAX_COPY_BYTES}. */
  readonly read: (path: string) => FileContent | undefined
  /** A new file, 0600 from birth, its bytes on disk; the caller syncs the folder. Nothing is left behind when it fails. */
  readonly create: (path: string, bytes: Uint8Array) => Promise<void>
  /** The same for a file that need not survive a power cut. */
  readonly createBrief: (path: string, bytes: Uint8Array) => Promise<FileFacts>
  readonly rename: (from: string, to: string) => void
  /**
   * Moves `from` over `to` if `to` still is `expected` (`undefined`: not there), in one uninterrupted step of this process.
   * False when it is not.
   */
  readonly replace: (from: string, to: string, expected: FileContent | undefined) => boolean
  /** Fine when nothing is there. */
  readonly remove: (path: string) => void
  /** A folder and those above it, 0700; their parents are synced. Fine when it is there. */
  readonly makeFolder: (path: string) => Promise<void>
  readonly tighten: (path: string, mode: number) => void
  /** Puts the bytes that another program wrote on disk. */
  readonly syncFile: (path: string) => Promise<void>
  /** Puts the names in a folder on disk. */
  readonly syncFolder: (path: string) => Promise<void>
}

/** Which files are made for whom. */
export interface FileSettings {
  readonly owner: () => FileOwner | undefined
  /** Folders that were put elsewhere by name: the place itself may be a link, as the state directory may. */
  readonly places: ReadonlySet<string>
}

/** {@link Files} on the files of the store. */
export function documentFiles(files: StoreFiles, { owner, places }: FileSettings): Files {
  const sync = (fd: number): Promise<void> => files.sync(fd)
  return {
    stat: (path) => (places.has(path) ? targetFacts(files, path) : factsAt(files, path)),
    list: (folder) => unlessAbsent(() => files.list(folder), []),
    read: (path) => unlessAbsent(() => readStable(files, path), undefined),
    create: async (path, bytes) => createFile(files, { path, bytes, owner: owner() }, sync),
    createBrief: async (path, bytes) => {
      await createFile(files, { path, bytes, owner: owner() }, async () => undefined)
      return factsAt(files, path) ?? gone(path)
    },
    rename: files.rename,
    replace: (from, to, expected) => {
      if (!isStill(files, to, expected)) return false
      files.rename(from, to)
      return true
    },
    remove: (path) => unlessAbsent(() => files.remove(path), undefined),
    makeFolder: (path) => makeFolder(files, path, owner()),
    tighten: files.chmod,
    syncFile: (path) => syncFile(files, path),
    syncFolder: (path) => unlessUnable(files.syncDirectory(path)),
  }
}

/** The folder that holds `path`. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')))
}

/** True when both hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

function factsAt(files: StoreFiles, path: string): FileFacts | undefined {
  const stat = files.stat(path)
  return stat && factsOf(stat)
}

function targetFacts(files: StoreFiles, path: string): FileFacts | undefined {
  const stat = files.statTarget(path)
  return stat && factsOf(stat)
}

function isStill(files: StoreFiles, path: string, expected: FileContent | undefined): boolean {
  const facts = factsAt(files, path)
  if (facts === undefined || expected === undefined) return facts === expected
  if (facts.identity !== expected.facts.identity) return false
  // NOTE a change within the same tick of the file system's clock keeps the identity, so the bytes decide
  return sameBytes(readStable(files, path).bytes, expected.bytes)
}

function readStable(files: StoreFiles, path: string): FileContent {
  const fd = files.open(path, 'read')
  try {
    for (let tries = 3; ; tries -= 1) {
      const before = factsOf(files.statOpen(fd))
      if (before.size > MAX_COPY_BYTES) throw tooBig(path)
      const bytes = readAll(files, fd, before.size)
      const facts = factsOf(files.statOpen(fd))
      if (facts.identity === before.identity || tries === 1) return { bytes, facts }
    }
  } finally {
    files.close(fd)
  }
}

/** What an editor cut off meanwhile is missing. */
function readAll(files: StoreFiles, fd: number, size: number): Uint8Array {
  return size === 0 ? new Uint8Array() : files.read(fd, 0, size)
}

interface NewFile {
  readonly path: string
  readonly bytes: Uint8Array
  readonly owner: FileOwner | undefined
}

async function createFile(
  files: StoreFiles,
  { path, bytes, owner }: NewFile,
  settle: (fd: number) => Promise<void>,
): Promise<void> {
  const fd = files.open(path, 'new')
  try {
    try {
      if (owner) files.chown(path, owner.uid, owner.gid)
      writeAll(files, fd, bytes)
      await settle(fd)
    } finally {
      files.close(fd)
    }
  } catch (error) {
    removeQuietly(files, path)
    throw error
  }
}

function writeAll(files: StoreFiles, fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    const written = files.write(fd, bytes.subarray(done))
    if (written <= 0) throw Object.assign(new Error('nothing was written'), { code: 'EIO' })
    done += written
  }
}

function removeQuietly(files: StoreFiles, path: string): void {
  try {
    files.remove(path)
  } catch {
    // NOTE what is left has the name of a temporary file, or is found torn
  }
}

async function makeFolder(
  files: StoreFiles,
  path: string,
  owner: FileOwner | undefined,
): Promise<void> {
  try {
    files.makeDirectory(path)
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'EEXIST') return
    if (errno !== 'ENOENT' || folderOf(path) === '') throw error
    await makeFolder(files, folderOf(path), owner)
    files.makeDirectory(path)
  }
  if (owner) files.chown(path, owner.uid, owner.gid)
  await unlessUnable(files.syncDirectory(folderOf(path)))
}

async function syncFile(files: StoreFiles, path: string): Promise<void> {
  const fd = files.open(path, 'read')
  try {
    await unlessUnable(files.sync(fd))
  } finally {
    files.close(fd)
  }
}

/** Some file systems cannot sync a folder, or not through a handle for reading; they keep their order otherwise. */
const cannotSync = new Set(['EINVAL', 'ENOTSUP', 'EISDIR', 'EPERM', 'EBADF'])

async function unlessUnable(sync: Promise<void>): Promise<void> {
  try {
    await sync
  } catch (error) {
    if (!cannotSync.has(errnoOf(error) ?? '')) throw error
  }
}

function unlessAbsent<T>(work: () => T, absent: T): T {
  try {
    return work()
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return absent
    throw error
  }
}

function gone(path: string): never {
  throw Object.assign(new Error(`${path} is gone`), { code: 'ENOENT' })
}

function tooBig(path: string): Error {
  return Object.assign(new Error(`${path} is too large`), { code: 'EFBIG' })
}
