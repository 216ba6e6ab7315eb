import lockfile from 'proper-lockfile'
import type { SessionLock } from '../web/types.ts'
import { errnoOf } from './session-files.ts'

/** A process that was killed holds a session no longer than this, in ms. */
const STALE_MS = 6_000
const UPDATE_MS = 2_000

/** The lock of a session's folder; it lies beside it, so that the folder itself can be moved. */
export const lockOf = (folder: string): string => `${folder}.lock`

/** Takes the lock of a session, beside whose folder it can be made; `undefined` while another process has it. */
export async function lockSession(folder: string): Promise<SessionLock | undefined> {
  let lose = (): void => {}
  const lost = new Promise<void>((resolve) => (lose = resolve))
  try {
    const release = await lockfile.lock(folder, {
      ...{ realpath: false, lockfilePath: lockOf(folder) },
      ...{ stale: STALE_MS, update: UPDATE_MS, retries: 0 },
      onCompromised: () => lose(),
    })
    return { lost, release: () => release().catch(() => {}) }
  } catch (error) {
    if (errnoOf(error) === 'ELOCKED') return undefined
    throw error
  }
}
