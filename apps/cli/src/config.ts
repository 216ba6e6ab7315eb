import { type Config, loadConfig } from '@openclaw/pairing-config'
import { nodeFiles, tailnetAddress } from '@openclaw/pairing-config/node'
import type { Call } from './args/types.ts'

/**
 * The configuration of this call, whatever errors are in it; nothing of the state is opened.
 *
 * @throws where a file of it cannot be read or parsed
 */
export function readConfig({ world, profile }: Pick<Call, 'world' | 'profile'>): Promise<Config> {
  return loadConfig({ env: world.env, files: nodeFiles(), args: { profile }, tailnetAddress })
}
