import type { ConfigFiles, Environment } from '../ports.ts'
import type { Paths } from '../types.ts'
import { resolveHome, userPath, variable } from './home.ts'
import { CONFIG_PATH, isProfileName, STATE_DIR } from './profile.ts'

const STATE_DIRS = ['.openclaw', '.clawdbot', '.moldbot', '.moltbot'] as const
const CONFIG_FILES = ['openclaw.json', 'clawdbot.json', 'moldbot.json', 'moltbot.json'] as const

/**
 * Where everything of one OpenClaw is, as OpenClaw 2026.2 finds it; see the README for the order.
 *
 * One difference on purpose: where the environment names a state directory, no configuration is looked for
 * elsewhere, so that `OPENCLAW_STATE_DIR` is enough to stand apart from another OpenClaw.
 */
export function resolvePaths(env: Environment, files: ConfigFiles): Paths {
  const home = resolveHome(env, files)
  const named = variable(env, ...STATE_DIR)
  const stateDir = named === undefined ? knownStateDir(home, files) : userPath(named, home, files)
  const folders =
    named === undefined
      ? [stateDir, ...STATE_DIRS.map((name) => files.join(home, name))]
      : [stateDir]
  const configured = variable(env, ...CONFIG_PATH)
  const configPath =
    configured === undefined ? knownConfig(folders, files) : userPath(configured, home, files)
  const oauthDir = variable(env, 'OPENCLAW_OAUTH_DIR')
  return {
    home,
    stateDir,
    configPath,
    pairingConfigPath: files.join(files.dirname(configPath), 'pairing.json5'),
    credentialsDir:
      oauthDir === undefined
        ? files.join(stateDir, 'credentials')
        : userPath(oauthDir, home, files),
    profile: activeProfile(env),
  }
}

function knownStateDir(home: string, files: ConfigFiles): string {
  const folders = STATE_DIRS.map((name) => files.join(home, name))
  return folders.find((path) => exists(path, files)) ?? files.join(home, STATE_DIRS[0])
}

function knownConfig(folders: readonly string[], files: ConfigFiles): string {
  for (const folder of folders) {
    const name = CONFIG_FILES.find((each) => exists(files.join(folder, each), files))
    if (name !== undefined) return files.join(folder, name)
  }
  return files.join(folders[0] ?? '', CONFIG_FILES[0])
}

/** What cannot be looked at is there: a file that is passed over in silence would be a policy that does not hold. */
function exists(path: string, files: ConfigFiles): boolean {
  try {
    return files.stat(path) !== undefined
  } catch {
    return true
  }
}

/**
 * The profile for hints. A name in the environment alone moves nothing, so a hint with it would lead to another
 * directory than this one: it counts only beside a named state directory, as a profile leaves it.
 */
function activeProfile(env: Environment): string | undefined {
  const name = variable(env, 'OPENCLAW_PROFILE')
  const named = name !== undefined && isProfileName(name) && name.toLowerCase() !== 'default'
  return named && variable(env, ...STATE_DIR) !== undefined ? name : undefined
}
