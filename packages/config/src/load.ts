import type { JsonObject } from '@openclaw/pairing-contracts'
import { ConfigInvalid } from './errors/config.ts'
import { fingerprintOf } from './fingerprint.ts'
import { type ProfileArgs, profileEnvironment } from './paths/profile.ts'
import { resolvePaths } from './paths/resolve.ts'
import { readOwners } from './policy/owners.ts'
import { policyReader } from './policy/policy-of.ts'
import type { ConfigFiles, Environment } from './ports.ts'
import { isObject } from './read/document.ts'
import { layOver, replaceList } from './read/merge.ts'
import { below, type Node } from './read/node.ts'
import { newReport } from './read/report.ts'
import { newReading, type Reading, readTree } from './read/tree.ts'
import { readAgent, readLogFormat } from './sections/agent.ts'
import { readChannels } from './sections/channels.ts'
import { readDevicePair } from './sections/device-pair.ts'
import { readDevices } from './sections/devices.ts'
import { readEvents } from './sections/events.ts'
import { readEveryChannel } from './sections/every-channel.ts'
import { readGateway, type TailnetAddress } from './sections/gateway.ts'
import { ownKeysIn } from './sections/own-keys.ts'
import { readStore } from './sections/store.ts'
import { warnAboutFiles, warnAboutKeys } from './sections/whole.ts'
import type { Config, Paths } from './types.ts'

/** What a configuration is read from. */
export interface LoadOptions {
  readonly env: Environment
  readonly files: ConfigFiles
  /** `--profile` and `--dev`. */
  readonly args?: ProfileArgs
  /** Asked only where `gateway.bind` is `tailnet`. */
  readonly tailnetAddress?: TailnetAddress
}

/**
 * Reads the configuration: `openclaw.json`, with `pairing.json5` laid over it, and the environment.
 *
 * Values that cannot be used are `problems`, and the careful side is taken for them. What makes a whole file
 * unusable throws: a damaged file is never taken for an empty one. Files that are not there are nothing wrong.
 *
 * @throws an `OpenClawError` with one of the codes `ERR_CONFIG_SYNTAX`, `ERR_CONFIG_UNREADABLE`, `ERR_CONFIG_SHAPE`,
 * `ERR_CONFIG_INCLUDE`, `ERR_CONFIG_TOO_LARGE`, `ERR_PROFILE_INVALID`
 */
export async function loadConfig(options: LoadOptions): Promise<Config> {
  const { files, args = {} } = options
  const env = profileEnvironment(options.env, files, args)
  const paths = resolvePaths(env, files)
  const reading = newReading(files, files.dirname(paths.configPath))
  const value = await readFiles(reading, paths)
  const report = newReport(reading.layers, paths.configPath)
  const root: Node = { path: [], value, env, report }
  warnAboutKeys(root, { layers: reading.layers, pairingFile: paths.pairingConfigPath })
  warnAboutFiles(root, { seen: reading.seen, configPath: paths.configPath, given: options.env })
  const sections = read({ root, paths, reading }, options.tailnetAddress ?? (() => undefined))
  return {
    paths,
    ...sections,
    problems: [...report.problems],
    ownKeys: ownKeysIn(reading.layers, paths.pairingConfigPath),
    fingerprint: fingerprintOf(reading.seen),
  }
}

/**
 * Refuses a configuration that has errors; warnings pass.
 *
 * @throws {@link ConfigInvalid} with every error
 */
export function requireValid(config: Pick<Config, 'problems'>): void {
  const errors = config.problems.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new ConfigInvalid(errors)
}

async function readFiles(reading: Reading, paths: Paths): Promise<JsonObject> {
  const shared = (await readTree(reading, paths.configPath)) ?? {}
  if (paths.pairingConfigPath === paths.configPath) return objectOf(shared)
  const own = (await readTree(reading, paths.pairingConfigPath)) ?? {}
  return objectOf(layOver(shared, own, replaceList))
}

/** What stands in the files, without the files. */
type Sections = Omit<Config, 'paths' | 'problems' | 'ownKeys' | 'fingerprint'>

interface Sources {
  readonly root: Node
  readonly paths: Paths
  readonly reading: Reading
}

function read({ root, paths, reading }: Sources, tailnet: TailnetAddress): Sections {
  const channels = below(root, 'channels')
  const pairing = below(root, 'pairing')
  const sections = readChannels(channels)
  const owners = readOwners(below(root, 'commands'))
  const policyOf = policyReader({ channels, sections, owners })
  const folder = reading.files.dirname(paths.configPath)
  const secrets = { files: reading.files, home: paths.home, folder, seen: reading.seen }
  const places = { ...secrets, stateDir: paths.stateDir }
  const gateway = readGateway(below(root, 'gateway'), { tailnet, places })
  return {
    ...readEveryChannel(
      { channels, sections, policyOf, secrets, web: below(root, 'web') },
      paths.credentialsDir,
    ),
    gateway: { ...gateway, logFormat: readLogFormat(pairing) },
    devices: readDevices(pairing),
    devicePair: readDevicePair(below(root, 'plugins')),
    agent: readAgent(below(pairing, 'agent'), secrets),
    events: readEvents(below(pairing, 'events'), secrets),
    store: readStore(below(root, 'store'), { secrets, profile: paths.profile }),
    policyOf,
    ownerChannels: [...owners.of.keys()],
  }
}

/** Included files can put something else at the top; it is nothing that could be read. */
function objectOf(tree: unknown): JsonObject {
  return isObject(tree as JsonObject) ? (tree as JsonObject) : {}
}
