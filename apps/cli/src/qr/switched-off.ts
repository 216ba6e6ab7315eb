import type { Config } from '@openclaw/pairing-config'
import { RefusedError } from '../errors.ts'

/** The setting that a setup code needs. */
export const SETUP_SWITCH = 'plugins.entries.device-pair.enabled'

/**
 * Looks whether setup codes are wanted here at all.
 *
 * @throws {@link RefusedError} where the configuration switches them off
 */
export function requireSetupCodes({
  devicePair,
  paths,
}: Pick<Config, 'devicePair' | 'paths'>): void {
  if (devicePair.enabled) return
  throw new RefusedError(
    'ERR_CLI_SETUP_CODES_OFF',
    `setup codes are switched off: ${SETUP_SWITCH} is false`,
    {
      hint: `write ${SETUP_SWITCH}: true into ${paths.configPath}; a gateway that runs takes it over by itself`,
      detail: { setting: SETUP_SWITCH, file: paths.configPath },
    },
  )
}
