import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { WRITES_AT_ONCE } from '../web/limits.ts'
import type { FileChange, SessionFiles } from '../web/types.ts'

/** The name of a file that is being written. */
export const UNFINISHED: RegExp = /\.[0-9a-f]{12}\.tmp$/

/** Whose a new file is, where this process may give it away: root works in the folder of another user. */
export type HeirOf = (
  folder: string,
) => Promise<{ readonly uid: number; readonly gid: number } | undefined>

/** The folder of a session on this machine. Made at the first write; 0700, its files 0600 from birth. */
export function sessionFiles(folder: string, heirOf: HeirOf = nobodyElse): SessionFiles {
  return {
    folder,
    read: (name) => readIfThere(join(folder, name)),
    change: async (changes) => {
      await makeFolder(folder, heirOf)
      await tighten(folder)
      const heir = await heirOf(folder)
      await aFewAtOnce(changes, (each) => changeOne(folder, each, heir))
      await syncFolder(folder)
    },
  }
}

const nobodyElse: HeirOf = () => Promise.resolve(undefined)

/** Makes a folder for its owner alone, and those above it that lack; one that is there stays as it is. */
export async function makeFolder(folder: string, heirOf: HeirOf = nobodyElse): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 })
  if (first !== undefined) await bequeath(first, folder, await heirOf(dirname(first)))
}

/** Closes a folder to others, if there is one: another program may have made it, open to everyone on the machine. */
export async function tighten(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  await chmod(folder, 0o700).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error
  })
}

async function bequeath(
  first: string,
  last: string,
  heir: Awaited<ReturnType<HeirOf>>,
): Promise<void> {
  if (heir === undefined) return
  for (let at = last; at.length >= first.length; at = dirname(at)) {
    await chown(at, heir.uid, heir.gid)
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

async function changeOne(
  folder: string,
  { name, text }: FileChange,
  heir: Awaited<ReturnType<HeirOf>>,
): Promise<void> {
  const path = join(folder, name)
  if (text === undefined) return rm(path, { force: true })
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      if (heir !== undefined) await file.chown(heir.uid, heir.gid)
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Makes it durable which files are in a folder. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const directory = await open(folder, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

async function aFewAtOnce<T>(all: readonly T[], work: (each: T) => Promise<void>): Promise<void> {
  const left = [...all]
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next)
  }
  await Promise.all(Array.from({ length: WRITES_AT_ONCE }, worker))
}

/** The code of a system error; `undefined` for any other. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
