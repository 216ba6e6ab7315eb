import * as fs from 'node:fs'
import type { StoreFiles } from '../src/journal/files.ts'

/** The store's files on `node:fs`, for tests of the documents alone. */
export const realFiles: StoreFiles = {
  open: (path, mode) => {
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_WRONLY, O_APPEND, O_CREAT, O_EXCL } = fs.constants
    if (mode === 'read') return fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    if (mode === 'append') return fs.openSync(path, O_WRONLY | O_APPEND | O_NOFOLLOW)
    return fs.openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL, 0o600)
  },
  close: fs.closeSync,
  statOpen: (fd) => fs.fstatSync(fd),
  stat: (path) => fs.lstatSync(path, { throwIfNoEntry: false }),
  statTarget: (path) => fs.statSync(path, { throwIfNoEntry: false }),
  read: (fd, position, length) => {
    const buffer = Buffer.alloc(length)
    return buffer.subarray(0, fs.readSync(fd, buffer, 0, length, position))
  },
  write: (fd, bytes) => fs.writeSync(fd, bytes),
  truncate: fs.ftruncateSync,
  sync: (fd) => new Promise((resolve, reject) => fs.fsync(fd, (e) => (e ? reject(e) : resolve()))),
  syncDirectory: async (path) => {
    const handle = await fs.promises.open(path, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  },
  list: (path) => fs.readdirSync(path),
  makeDirectory: (path) => fs.mkdirSync(path, { mode: 0o700 }),
  link: fs.linkSync,
  rename: fs.renameSync,
  remove: fs.unlinkSync,
  chmod: fs.chmodSync,
  chown: fs.chownSync,
}

/** Which call goes wrong: its number, counted from 1, and how. */
export interface Fault {
  readonly at: number
  readonly errno: string
  /** `once`: that call fails · `on`: all after it fail as well · `dead`: nothing works any more, half a write included. */
  readonly kind: 'once' | 'on' | 'dead'
  /** Only calls of these names count and fail; all of them unless given. */
  readonly only?: readonly (keyof StoreFiles)[]
}

/** `files` with one fault, and how many calls there were. */
export function faultyFiles(
  files: StoreFiles,
  fault: Fault | undefined,
): { readonly files: StoreFiles; readonly calls: () => number } {
  let calls = 0
  const wrap = (name: keyof StoreFiles, real: (...args: never[]) => unknown) => {
    return (...args: never[]): unknown => {
      if (fault?.only && !fault.only.includes(name)) return real(...args)
      calls += 1
      if (!fault || calls < fault.at || (fault.kind === 'once' && calls > fault.at)) {
        return real(...args)
      }
      // a dead process closes its files all the same
      if (name === 'close') real(...args)
      if (name === 'write' && calls === fault.at) writeHalf(files, args)
      const error = Object.assign(new Error(`${fault.errno} by the test`), { code: fault.errno })
      if (name === 'sync' || name === 'syncDirectory') return Promise.reject(error)
      throw error
    }
  }
  const wrapped = Object.fromEntries(
    Object.entries(files).map(([name, real]) => [name, wrap(name as keyof StoreFiles, real)]),
  )
  return { files: wrapped as unknown as StoreFiles, calls: () => calls }
}

function writeHalf(files: StoreFiles, [fd, bytes]: readonly unknown[]): void {
  const all = bytes as Uint8Array
  if (all.length > 1) files.write(fd as number, all.subarray(0, all.length >> 1))
}
