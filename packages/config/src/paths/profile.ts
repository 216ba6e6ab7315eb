import { InvalidProfile } from '../errors/names.ts'
import { DEV_GATEWAY_PORT } from '../limits.ts'
import type { ConfigFiles, Environment } from '../ports.ts'
import { resolveHome, userPath, variable } from './home.ts'

/** The flags before the sub-command. */
export interface ProfileArgs {
  /** `--profile <name>`. */
  readonly profile?: string | undefined
  /** `--dev`. */
  readonly dev?: boolean | undefined
}

const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/i

/** True for a name that a profile can have. */
export function isProfileName(text: string): boolean {
  return NAME.test(text)
}

/**
 * The environment as a profile changes it: what is already set stays. Like OpenClaw 2026.2 it looks at the
 * `OPENCLAW_` names alone, so that a profile outranks the legacy ones.
 *
 * @throws {@link InvalidProfile} for a name that is none, or both flags
 */
export function profileEnvironment(
  env: Environment,
  files: ConfigFiles,
  args: ProfileArgs,
): Environment {
  const name = profileOf(args)
  if (name === undefined) return env
  const home = resolveHome(env, files)
  const suffix = name.toLowerCase() === 'default' ? '' : `-${name}`
  const stateDir = variable(env, STATE_DIR[0]) ?? files.join(home, `.openclaw${suffix}`)
  const absolute = userPath(stateDir, home, files)
  const configPath = variable(env, CONFIG_PATH[0]) ?? files.join(absolute, 'openclaw.json')
  const port = variable(env, GATEWAY_PORT[0])
  const devPort = name.toLowerCase() === 'dev' && port === undefined
  return {
    ...env,
    OPENCLAW_PROFILE: name,
    OPENCLAW_STATE_DIR: stateDir,
    OPENCLAW_CONFIG_PATH: configPath,
    ...(devPort && { OPENCLAW_GATEWAY_PORT: String(DEV_GATEWAY_PORT) }),
  }
}

/** Names of the state directory's variable, the legacy one last. */
export const STATE_DIR = ['OPENCLAW_STATE_DIR', 'CLAWDBOT_STATE_DIR'] as const
/** Names of the configuration file's variable, the legacy one last. */
export const CONFIG_PATH = ['OPENCLAW_CONFIG_PATH', 'CLAWDBOT_CONFIG_PATH'] as const
/** Names of the port's variable, the legacy one last. */
export const GATEWAY_PORT = ['OPENCLAW_GATEWAY_PORT', 'CLAWDBOT_GATEWAY_PORT'] as const

function profileOf({ profile, dev }: ProfileArgs): string | undefined {
  if (dev === true && profile !== undefined)
    throw new InvalidProfile('--dev and --profile cannot be used together')
  const name = dev === true ? 'dev' : profile?.trim()
  if (name !== undefined && !isProfileName(name))
    throw new InvalidProfile('this is not the name of a profile')
  return name
}
