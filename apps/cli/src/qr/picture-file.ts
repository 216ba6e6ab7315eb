import { open, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { FailedError } from '../errors.ts'

/** A picture that is to be written. */
export interface PictureFile {
  readonly kind: 'png' | 'svg'
  readonly name: string
  readonly content: string | Uint8Array
}

/** Writes pictures, all of them or none; answers where they lie. */
export async function writePictures(
  pictures: readonly PictureFile[],
): Promise<ReadonlyMap<PictureFile['kind'], string>> {
  const written = new Map<PictureFile['kind'], string>()
  try {
    for (const { kind, name, content } of pictures) {
      written.set(kind, await writePicture(name, content))
    }
    return written
  } catch (error) {
    for (const path of written.values()) await rm(path, { force: true })
    throw error
  }
}

/**
 * Writes a new file that nobody else can read; a link at its place is not followed, and nothing is overwritten. What could
 * be written in part alone is taken away again.
 *
 * @returns where it lies
 * @throws {@link FailedError}
 */
async function writePicture(name: string, content: string | Uint8Array): Promise<string> {
  const path = resolve(name)
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    throw notWritten(path, error)
  })
  try {
    await file.writeFile(content)
    await file.close()
    return path
  } catch (error) {
    await file.close().catch(() => {})
    await rm(path, { force: true }).catch(() => {})
    throw notWritten(path, error)
  }
}

const REASONS: ReadonlyMap<string, readonly [problem: string, hint: string]> = new Map([
  ['EEXIST', ['is there already, and nothing is overwritten', 'remove it, or name another file']],
  ['ENOENT', ['is in a directory that is not there', 'make the directory, or name another file']],
  ['ENOTDIR', ['is in something that is no directory', 'name another file']],
  ['EACCES', ['may not be written here', 'name a file in a directory of yours']],
  ['EPERM', ['may not be written here', 'name a file in a directory of yours']],
  ['EROFS', ['is on a disk that can only be read', 'name a file elsewhere']],
  ['EISDIR', ['is a directory', 'name a file in it']],
  ['ENOSPC', ['does not fit: the disk is full', 'make room, or name a file elsewhere']],
])

function notWritten(path: string, error: unknown): FailedError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  const [problem, hint] = REASONS.get(code) ?? [`cannot be written (${code})`, 'name another file']
  return new FailedError(`${path} ${problem}; no setup code is left behind`, {
    hint,
    detail: { reason: code, path },
    cause: error,
  })
}
