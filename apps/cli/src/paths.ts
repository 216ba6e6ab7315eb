import { type Paths, profileEnvironment, resolvePaths } from '@openclaw/pairing-config'
import { nodeFiles } from '@openclaw/pairing-config/node'
import type { Call } from './args/types.ts'

/** Where the state of this call lies, by its environment and profile; nothing is read of it. */
export function pathsOf({ world, profile }: Pick<Call, 'world' | 'profile'>): Paths {
  const files = nodeFiles()
  return resolvePaths(profileEnvironment(world.env, files, { profile }), files)
}
