import { isOpenClawError, type OpenClawError } from '@openclaw/pairing-contracts'
import { differencesInPlace, type MovedFile } from './documents/compare-moved.ts'
import { type PlaceKeeper, type PlaceOptions, placeKeeper } from './documents/places.ts'
import { DOCUMENTS_LOCK } from './lock-names.ts'
import { guardRoot, storeParts } from './store-parts.ts'
import type { FileStoreOptions, StorePorts } from './store-ports.ts'
import { forgetVerified } from './verified.ts'

/** What {@link moveFolders} would do, or did. */
export interface MovePlan {
  /** Why the store does not open in the places that were named. */
  readonly problem: OpenClawError
  /** Files there that do not say what ours said; with any of them the old places stay. */
  readonly differences: readonly MovedFile[]
}

/** Which store, and where its folders are to lie from now on. */
export type MoveOptions = Pick<FileStoreOptions, 'root' | 'lockWaitMs' | 'families' | 'folders'>

/**
 * Says what {@link moveFolders} would do; writes nothing. `undefined` when the store knows these places already.
 *
 * @throws what keeps the state directory from being looked at
 */
export async function planMove(
  options: MoveOptions,
  ports: StorePorts,
): Promise<MovePlan | undefined> {
  const { at, places } = placesOf(options, ports)
  return planned(at, ports, places)
}

/**
 * Makes the places in `folders` those of the well-known files, provided that every file there says what ours said last.
 * It moves no file itself. Processes that still use the old places stop writing there.
 */
export async function moveFolders(
  options: MoveOptions,
  ports: StorePorts,
): Promise<MovePlan | undefined> {
  const { at, places } = placesOf(options, ports)
  const parts = storeParts({ ...options, mode: 'write' }, ports)
  try {
    return await parts.withLock(DOCUMENTS_LOCK, async () => {
      const plan = planned(at, ports, places)
      if (plan?.differences.length !== 0) return plan
      forgetVerified(ports.files, parts.folder)
      await places.replace()
      return plan
    })
  } finally {
    parts.journal.close()
  }
}

function placesOf(
  options: MoveOptions,
  ports: StorePorts,
): { readonly at: PlaceOptions; readonly places: PlaceKeeper } {
  guardRoot({ ...options, mode: 'write' }, ports)
  const { root, families = [], folders = {} } = options
  const at = { root, families, folders }
  return { at, places: placeKeeper(at, ports) }
}

function planned(at: PlaceOptions, ports: StorePorts, places: PlaceKeeper): MovePlan | undefined {
  try {
    places.check()
    return undefined
  } catch (problem) {
    if (!isOpenClawError(problem)) throw problem
    return { problem, differences: differencesInPlace(at, ports) }
  }
}
