import { shortWrite } from './birth.ts'
import { StoreSyncFailed, StoreWriteFailed } from './errors.ts'
import type { StoreFiles } from './files.ts'
import type { HeldLock } from './lock.ts'

/** A segment opened for appending. */
export interface Appender {
  readonly file: string
  readonly fd: number
}

/** Where the next byte has to land, and who may write it. */
export interface Place {
  readonly lock: HeldLock
  /** End of the last line that counts; the file ends there. */
  readonly offset: number
}

/**
 * What one append came to.
 *
 * - `landed`: all of it, where it belongs
 * - `moved`: the lock was lost or somebody wrote here; `tried` tells whether ours was written behind that
 * - `failed`: the disk refused; `tried` tells whether a part may have been written
 */
export type Appended =
  | { readonly outcome: 'landed' }
  | { readonly outcome: 'moved'; readonly tried: boolean }
  | { readonly outcome: 'failed'; readonly tried: boolean; readonly error: StoreWriteFailed }

/**
 * Appends `bytes` with one write, provided that the lock is still ours and the file ends where we think.
 * A rest of a failed write is left for {@link cutRest}; it is never continued.
 */
export function append(
  files: StoreFiles,
  { file, fd }: Appender,
  { place, bytes }: { readonly place: Place; readonly bytes: Uint8Array },
): Appended {
  let tried = false
  try {
    if (!isAt(files, fd, place)) return { outcome: 'moved', tried }
    tried = true
    const written = files.write(fd, bytes)
    if (written < bytes.length) throw shortWrite(written, bytes.length)
    const landed = files.statOpen(fd).size === place.offset + bytes.length
    return landed ? { outcome: 'landed' } : { outcome: 'moved', tried }
  } catch (cause) {
    return { outcome: 'failed', tried, error: new StoreWriteFailed(file, cause) }
  }
}

/** Cuts off what stands after the last whole line; only while the lock is ours and nobody else wrote there. */
export function cutRest(
  files: StoreFiles,
  { file, fd }: Appender,
  { place, rest }: { readonly place: Place; readonly rest: number },
): boolean {
  try {
    const now = files.statOpen(fd)
    if (!place.lock.isOurs() || now.size !== place.offset + rest) return false
    files.truncate(fd, place.offset)
    return true
  } catch (cause) {
    throw new StoreWriteFailed(file, cause)
  }
}

/** Resolves when everything in the segment is durable. */
export async function makeDurable(files: StoreFiles, { file, fd }: Appender): Promise<void> {
  try {
    await files.sync(fd)
  } catch (cause) {
    throw new StoreSyncFailed(file, cause)
  }
}

function isAt(files: StoreFiles, fd: number, { lock, offset }: Place): boolean {
  if (!lock.isOurs()) return false
  const { size, nlink } = files.statOpen(fd)
  return size === offset && nlink > 0
}
