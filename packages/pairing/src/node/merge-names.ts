import { mergeChannels, unmergedChannels } from '@openclaw/dm-pairing'
import { MERGED_CHANNELS } from '@openclaw/pairing-config'
import type { CredentialStore } from '@openclaw/pairing-contracts'
import type { Unmerged } from '../open-types.ts'

/**
 * Moves what was decided under the former name of a channel; never rejects, for whoever opens the state is to be able to
 * decide all the same.
 *
 * @param mode - `read` only looks whether there is something left to move
 * @returns `undefined` where nothing is left
 */
export async function mergeNames(
  store: CredentialStore,
  mode: 'read' | 'write',
): Promise<Unmerged | undefined> {
  try {
    if (mode === 'write') await mergeChannels(store, MERGED_CHANNELS)
    const names = unmergedChannels(store, MERGED_CHANNELS)
    return names.length === 0 ? undefined : { names, error: undefined }
  } catch (error) {
    const names = Object.keys(MERGED_CHANNELS)
    return { names, error: error instanceof Error ? error : new Error(String(error)) }
  }
}
