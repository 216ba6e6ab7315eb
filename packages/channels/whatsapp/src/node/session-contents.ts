import type { Dirent } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { WebFolderShared } from '../web/errors.ts'
import { errnoOf } from './session-files.ts'

/** What the library keeps, one file for each key; with what an interrupted write of it leaves over. */
const OURS =
  /^(?:creds\.json(?:\.bak)?|(?:pre-key|session|sender-key|sender-key-memory|app-state-sync-key|app-state-sync-version|lid-mapping|device-list|device-index|identity-key|tctoken)-.+\.json)(?:\.[0-9a-f]{12}\.tmp)?$/
/** What a newer library may keep besides; the lists of who was let in are named alike. */
const LIKE_OURS = /^[a-z][a-z-]*-.+\.json$/
const LISTS = /-(?:pairing|allowFrom)\.json$/

/** True for what can only be somebody else's. */
function isForeign(entry: Dirent): boolean {
  const { name } = entry
  if (!entry.isFile()) return true
  return !(name.startsWith('.') || OURS.test(name) || (LIKE_OURS.test(name) && !LISTS.test(name)))
}

const entriesOf = (folder: string): Promise<readonly Dirent[]> =>
  readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  })

/**
 * A folder that holds other things cannot be moved aside for a new session.
 *
 * @throws {@link WebFolderShared}
 */
export async function requireUnshared(folder: string): Promise<void> {
  if ((await entriesOf(folder)).some(isForeign)) throw new WebFolderShared(folder)
}

/** Deletes a session: its folder, and in one that holds other things too only what is known to be of a session. */
export async function removeSession(folder: string): Promise<void> {
  const entries = await entriesOf(folder)
  if (!entries.some(isForeign)) return rm(folder, { recursive: true, force: true })
  const ours = entries.filter((entry) => entry.isFile() && OURS.test(entry.name))
  for (const { name } of ours) await rm(join(folder, name), { force: true })
}
