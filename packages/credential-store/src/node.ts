/**
 * The file store on this machine: its ports filled from `node:fs`, `node:crypto` and proper-lockfile.
 *
 * @packageDocumentation
 */
import { hash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  fsync,
  ftruncateSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { hostname } from 'node:os'
import type { Clock } from '@openclaw/pairing-contracts'
import { type FileStore, fileStore } from './file-store.ts'
import { errnoOf, type OpenMode, type StoreFiles } from './journal/files.ts'
import type { Habitat } from './journal/holder.ts'
import { lockPlace, type ProperLock } from './journal/lock-place.ts'
import { type MoveOptions, type MovePlan, moveFolders, planMove } from './move-folders.ts'
import { planRepair, type RepairOptions, type RepairPlan, repairJournal } from './repair.ts'
import type { FileStoreOptions, StorePorts, StoreProcess } from './store-ports.ts'
import { watchFolder } from './watch-folder.ts'

/**
 * Opens the file store of a state directory.
 *
 * @throws see {@link fileStore}
 */
export function nodeFileStore(
  options: FileStoreOptions & { readonly clock: Clock },
): Promise<FileStore> {
  const { clock, ...rest } = options
  return fileStore(rest, nodeStorePorts(clock))
}

/** {@link planRepair} on this machine. */
export function nodePlanRepair(
  options: RepairOptions & { readonly clock: Clock },
): Promise<RepairPlan | undefined> {
  const { clock, ...rest } = options
  return planRepair(rest, nodeStorePorts(clock))
}

/** {@link repairJournal} on this machine. */
export function nodeRepairJournal(
  options: RepairOptions & { readonly clock: Clock },
): Promise<RepairPlan | undefined> {
  const { clock, ...rest } = options
  return repairJournal(rest, nodeStorePorts(clock))
}

/** {@link planMove} on this machine. */
export function nodePlanMove(
  options: MoveOptions & { readonly clock: Clock },
): Promise<MovePlan | undefined> {
  const { clock, ...rest } = options
  return planMove(rest, nodeStorePorts(clock))
}

/** {@link moveFolders} on this machine. */
export function nodeMoveFolders(
  options: MoveOptions & { readonly clock: Clock },
): Promise<MovePlan | undefined> {
  const { clock, ...rest } = options
  return moveFolders(rest, nodeStorePorts(clock))
}

/** The ports of {@link fileStore} on this machine; replace one to inject a fault. */
export function nodeStorePorts(clock: Clock): StorePorts {
  return {
    files: nodeStoreFiles(),
    lockPlace: (path) => lockPlace(path, { files: LOCK_FILES, properLock }),
    clock,
    monotonic,
    random: (length) => randomBytes(length),
    sha256: (text) => hash('sha256', text),
    process: thisProcess(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    watch: watchFolder,
  }
}

const LOCK_FILES = {
  mkdirSync,
  rmdirSync,
  statSync,
  utimesSync,
  readFileSync,
  writeFileSync,
  unlinkSync,
}

/** {@link StoreFiles} on `node:fs`. */
export function nodeStoreFiles(): StoreFiles {
  return {
    open: (path, mode) => openSync(path, openFlags(mode), 0o600),
    close: closeSync,
    statOpen: (fd) => fstatSync(fd),
    // half of what a stat costs, which makes an object of eighteen numbers and four dates
    endsAt: (fd, position) => readSync(fd, ONE_BYTE, 0, 1, position) === 0,
    stat: (path) => lstatSync(path, { throwIfNoEntry: false }),
    statTarget: (path) => statSync(path, { throwIfNoEntry: false }),
    read,
    write: (fd, bytes) => writeSync(fd, bytes),
    truncate: ftruncateSync,
    sync: (fd) => settled((done) => fdatasync(fd, done)),
    syncDirectory,
    list: (path) => readdirSync(path),
    makeDirectory: (path) => mkdirSync(path, { mode: 0o700 }),
    removeDirectory: rmdirSync,
    link: linkSync,
    rename: renameSync,
    remove: unlinkSync,
    chmod: chmodSync,
    // what stands at the path itself: in a folder of somebody else a link may have taken its place
    chown: lchownSync,
  }
}

/** Not `performance.now`: a list that is read and forgotten would load all of `node:perf_hooks` for it. */
function monotonic(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1_000 + nanoseconds / 1_000_000
}

const ONE_BYTE = new Uint8Array(1)

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_RDONLY, O_RDWR, O_WRONLY } = constants

function openFlags(mode: OpenMode): number {
  switch (mode) {
    case 'read':
      return O_RDONLY | O_NOFOLLOW
    case 'append':
      return O_RDWR | O_APPEND | O_NOFOLLOW
    case 'new':
      return O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
  }
}

function read(fd: number, position: number, length: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const count = readSync(fd, bytes, filled, length - filled, position + filled)
    if (count === 0) break
    filled += count
  }
  return bytes.subarray(0, filled)
}

/** Windows and some network file systems cannot sync a directory; there is nothing better to do then. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const fd = openSync(path, O_RDONLY)
  try {
    await settled((done) => fsync(fd, done))
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP'].includes(errnoOf(error) ?? '')) throw error
  } finally {
    closeSync(fd)
  }
}

function settled(call: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => (error ? reject(error) : resolve()))
  })
}

function thisProcess(): StoreProcess {
  return { pid: process.pid, uid: process.getuid?.(), habitat, isAlive }
}

/** Boot and pid namespace are known on Linux; elsewhere a lock counts as that of the same boot. */
function habitat(): Habitat {
  const boot = textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
  const pids = textOf(() => readlinkSync('/proc/self/ns/pid'))
  return { host: hostname(), life: `${boot}/${pids}` }
}

/** A process that exists but is not ours answers EPERM. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function textOf(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}

/** Loaded with the first write: reading needs none of it. */
async function properLock(): Promise<ProperLock> {
  const { default: lockfile } = await import('proper-lockfile')
  return lockfile.lock as unknown as ProperLock
}
