import { randomBytes } from 'node:crypto'
import { type BigIntStats, constants } from 'node:fs'
import { copyFile, link, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { MAX_FILE_BYTES } from './limits.ts'

/** Which version of a file was read: another one has another mark. */
export type FileMark = string

/** What stands at a path. `why` and `cause` never hold anything of the content. */
export type PrivateFile =
  | { readonly found: 'nothing' }
  | { readonly found: 'text'; readonly text: string; readonly mark: FileMark }
  | { readonly found: 'fault'; readonly why: string; readonly cause?: unknown }

// A link is not followed, and a pipe does not keep us waiting.
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** Reads a small file that only its owner may read, and takes the rights of others away where they have some. */
export async function readPrivateFile(path: string): Promise<PrivateFile> {
  try {
    const file = await open(path, READ)
    try {
      const found = await file.stat({ bigint: true })
      if (!found.isFile()) return { found: 'fault', why: 'it is no file' }
      if (found.size > MAX_FILE_BYTES) return { found: 'fault', why: 'it is too large' }
      if ((found.mode & 0o077n) !== 0n) await file.chmod(0o600)
      return { found: 'text', text: await file.readFile('utf8'), mark: markOf(found) }
    } finally {
      await file.close()
    }
  } catch (cause) {
    const code = codeOf(cause)
    if (code === 'ENOENT') return { found: 'nothing' }
    const why = code === 'ELOOP' ? 'it is a link' : `it cannot be read (${code})`
    return { found: 'fault', why, cause }
  }
}

/** The mark of what stands at a path now; `undefined` where there is nothing. */
export async function markAt(path: string): Promise<FileMark | undefined> {
  try {
    return markOf(await stat(path, { bigint: true }))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Writes a file, mode 0600, in one step: a reader sees all of it or what was there before. */
export async function replacePrivateFile(path: string, text: string): Promise<void> {
  await withTemporary(path, text, (temporary) => rename(temporary, path))
}

/**
 * Writes a file where there is none, as {@link replacePrivateFile} does.
 *
 * @returns `exists` when somebody else was first: their file stands as it is
 */
export async function createPrivateFile(path: string, text: string): Promise<'made' | 'exists'> {
  try {
    await withTemporary(path, text, async (temporary) => {
      await link(temporary, path).catch(async (error: unknown) => {
        if (codeOf(error) === 'EEXIST') throw error
        // Some file systems have no hard links; a copy is not made in one step, but replaces nothing either.
        await copyFile(temporary, path, constants.COPYFILE_EXCL)
      })
      await rm(temporary)
    })
    return 'made'
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return 'exists'
    throw error
  }
}

async function withTemporary(
  path: string,
  text: string,
  land: (temporary: string) => Promise<void>,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.${randomBytes(8).toString('hex')}.tmp`
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await land(temporary)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncDirectory(dirname(path))
}

/** Makes what landed durable; directories cannot be opened on Windows. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

function markOf({ dev, ino, size, mtimeNs }: BigIntStats): FileMark {
  return [dev, ino, size, mtimeNs].join(':')
}

/** `ENOENT`, `EACCES` …; `unknown` for what is no error of the system. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return 'unknown'
  return typeof error.code === 'string' ? error.code : 'unknown'
}

/** `undefined`, which JSON cannot say, for what is not JSON: the error of the parser would quote the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
