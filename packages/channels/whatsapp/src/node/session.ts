import { readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { SessionPlace, Staging } from '../web/types.ts'
import { removeSession, requireUnshared } from './session-contents.ts'
import {
  errnoOf,
  type HeirOf,
  makeFolder,
  sessionFiles,
  syncFolder,
  tighten,
  UNFINISHED,
} from './session-files.ts'
import { lockSession } from './session-lock.ts'

/**
 * The session of an account in a folder of this machine, such as `credentials/whatsapp/default` in the state directory: a
 * folder of OpenClaw 2026.2, or of the library's own store of several files, works as it is.
 *
 * @param heirOf - whose new files are, where root works in the folder of another user
 */
export function nodeSession(folder: string, heirOf?: HeirOf): SessionPlace {
  return {
    files: sessionFiles(folder, heirOf),
    lock: async () => {
      await makeFolder(dirname(folder), heirOf)
      await tighten(folder)
      const lock = await lockSession(folder)
      if (lock !== undefined) await sweep(folder)
      return lock
    },
    staging: async () => {
      await requireUnshared(folder)
      return stagingOf(folder, heirOf)
    },
    remove: async () => {
      await removeSession(folder)
      await syncFolder(dirname(folder))
    },
  }
}

/** Takes away what a process that was killed had not finished writing. */
async function sweep(folder: string): Promise<void> {
  if (!(await isThere(folder))) return
  const unfinished = (await readdir(folder)).filter((name) => UNFINISHED.test(name))
  for (const name of unfinished) await rm(join(folder, name), { force: true })
}

const STAGED = '.linking-'

/** Where a new session is made; whoever holds the lock clears what others left over. */
async function stagingOf(folder: string, heirOf: HeirOf | undefined): Promise<Staging> {
  const parent = dirname(folder)
  const prefix = `${basename(folder)}${STAGED}`
  const leftOver = (await readdir(parent)).filter((name) => name.startsWith(prefix))
  for (const name of leftOver) await rm(join(parent, name), { recursive: true, force: true })
  const staged = join(parent, `${prefix}${String(process.pid)}`)
  const files = sessionFiles(staged, heirOf)
  const state = { isOver: false }
  return {
    files: {
      ...files,
      // The library may have something left to write when nobody waits for it any more.
      change: (changes) => (state.isOver ? Promise.resolve() : files.change(changes)),
    },
    adopt: async (time) => {
      state.isOver = true
      if (await isThere(folder)) await rename(folder, `${folder}.old-${String(time)}`)
      await rename(staged, folder)
      await syncFolder(parent)
    },
    discard: () => {
      state.isOver = true
      return rm(staged, { recursive: true, force: true })
    },
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
}
