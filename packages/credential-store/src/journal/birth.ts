import type { RandomBytes } from '@openclaw/pairing-contracts'
import { StoreWriteFailed } from './errors.ts'
import { closeQuietly, errnoOf, type StoreFiles } from './files.ts'
import type { FileOwner } from './guard.ts'

/** What making a file needs. */
export interface BirthPorts {
  readonly files: StoreFiles
  readonly folder: string
  readonly random: RandomBytes
  /** Whom new files are given to; `undefined` when they are the writer's anyway. */
  readonly giveTo: () => FileOwner | undefined
}

const TEMP = /^\d{8}\.jsonl\.[0-9a-f]{16}\.tmp$/

/** Writes `text` to a temporary file, 0600 from birth, and makes it durable; answers its path. */
export async function writeTemp(ports: BirthPorts, file: string, text: string): Promise<string> {
  const { files, random } = ports
  const temp = `${file}.${Buffer.from(random(8)).toString('hex')}.tmp`
  try {
    await fillNew(ports, temp, Buffer.from(text))
    return temp
  } catch (cause) {
    removeQuietly(files, temp)
    throw new StoreWriteFailed(temp, cause)
  }
}

/**
 * Gives a durable temporary file its name, unless that is taken: whoever was first wrote the same.
 * A file therefore is whole and durable as soon as it has its name, and none is ever replaced.
 */
export async function nameTemp(ports: BirthPorts, temp: string, file: string): Promise<void> {
  const { files, folder } = ports
  try {
    if (linkNew(files, temp, file)) files.remove(temp)
    await files.syncDirectory(folder)
  } catch (cause) {
    removeQuietly(files, temp)
    throw new StoreWriteFailed(file, cause)
  }
}

/** Removes temporary files of writers that died; only under the lock. */
export function removeTemps({ files, folder }: BirthPorts): void {
  for (const name of files.list(folder)) {
    if (TEMP.test(name)) removeQuietly(files, `${folder}/${name}`)
  }
}

/** Makes `path` and what is missing above it, 0700 and durable. */
export async function makeDirectories(ports: BirthPorts, path: string): Promise<void> {
  const { files } = ports
  if (files.stat(path) !== undefined) return
  const parent = parentOf(path)
  if (parent !== path) await makeDirectories(ports, parent)
  try {
    files.makeDirectory(path)
    const owner = ports.giveTo()
    if (owner) files.chown(path, owner.uid, owner.gid)
    await files.syncDirectory(parent)
  } catch (cause) {
    if (errnoOf(cause) !== 'EEXIST') throw new StoreWriteFailed(path, cause)
  }
}

/** The directory that holds `path`; a top directory holds itself. */
export function parentOf(path: string): string {
  return path.replace(/[/\\][^/\\]*$/, '') || '/'
}

async function fillNew(
  { files, giveTo }: BirthPorts,
  temp: string,
  bytes: Uint8Array,
): Promise<void> {
  const fd = files.open(temp, 'new')
  try {
    const owner = giveTo()
    if (owner) files.chown(temp, owner.uid, owner.gid)
    const written = files.write(fd, bytes)
    if (written < bytes.length) throw shortWrite(written, bytes.length)
    await files.sync(fd)
  } finally {
    closeQuietly(files, fd)
  }
}

/** What a write that took only a part means: the disk is full. */
export function shortWrite(written: number, wanted: number): Error {
  const text = `ENOSPC: the disk took only ${String(written)} of ${String(wanted)} bytes`
  return Object.assign(new Error(text), { code: 'ENOSPC' })
}

/** False when `temp` was moved instead, on file systems without hard links. */
function linkNew(files: StoreFiles, temp: string, file: string): boolean {
  try {
    files.link(temp, file)
    return true
  } catch (cause) {
    const code = errnoOf(cause)
    if (code === 'EEXIST') return true
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code ?? '')) throw cause
  }
  if (files.stat(file) !== undefined) return true
  files.rename(temp, file)
  return false
}

function removeQuietly(files: StoreFiles, path: string): void {
  try {
    files.remove(path)
  } catch {
    // gone, or removed by the next writer
  }
}
