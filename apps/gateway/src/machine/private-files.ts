import { randomBytes } from 'node:crypto'
import { link, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { heirOf, makePrivateDirectory } from '@openclaw/pairing/node'

/** Writes `text` to a new file beside `path`, 0600 and synced, and has `place` move it there. */
async function viaNewFile(
  path: string,
  text: string,
  place: (temporary: string) => Promise<void>,
): Promise<void> {
  await makePrivateDirectory(dirname(path))
  const heir = await heirOf(dirname(path))
  const temporary = `${path}.${String(process.pid)}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      if (heir !== undefined) await file.chown(heir.uid, heir.gid)
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await place(temporary)
    await syncDirectory(dirname(path))
  } finally {
    await rm(temporary, { force: true })
  }
}

async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/** Replaces the file at `path`; durable when it resolves, and never half written. Mode 0600. */
export function replacePrivateFile(path: string, text: string): Promise<void> {
  return viaNewFile(path, text, (temporary) => rename(temporary, path))
}

/** Makes the file at `path`; false when there is one already. Mode 0600. */
export async function createPrivateFile(path: string, text: string): Promise<boolean> {
  try {
    await viaNewFile(path, text, (temporary) => link(temporary, path))
    return true
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false
    throw error
  }
}

/** The text of a file; `undefined` when there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  }
}

/** True for a system error with this code. */
export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/** The code of a system error, such as `ENOSPC`; `undefined` for any other. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && 'syscall' in error
    ? String(error.code)
    : undefined
}

/** JSON as an object; `undefined` for anything else. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined
  } catch {
    return undefined
  }
}
