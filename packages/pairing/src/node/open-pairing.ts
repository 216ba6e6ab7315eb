import { createHash, randomBytes } from 'node:crypto'
import type { FileStore } from '@openclaw/credential-store'
import { nodeFileStore } from '@openclaw/credential-store/node'
import { dmDocumentFamilies } from '@openclaw/dm-pairing'
import {
  CHANNELS,
  type Config,
  ConfigGone,
  channelDefinition,
  goneBetween,
  hintCommand,
  isCurrent,
  loadConfig,
  programForStrangers,
  requireValid,
} from '@openclaw/pairing-config'
import { nodeFiles, tailnetAddress } from '@openclaw/pairing-config/node'
import type { ChannelAddress, Clock, EpochMs, PolicyOf } from '@openclaw/pairing-contracts'
import { HOUSEKEEPING_MS } from '../limits.ts'
import type { NodePairing, OpenOptions } from '../open-types.ts'
import { createPairing } from '../pairing.ts'
import type { PairingOptions } from '../types.ts'

const systemClock: Clock = { now: () => Date.now() as EpochMs }
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/**
 * Opens the pairing layer of this machine: the state directory and configuration that OpenClaw uses, found by the
 * environment and `--profile`.
 *
 * @throws `ERR_CONFIG_…` when the configuration cannot be used, `ERR_STORE_…` when the state cannot be vouched for;
 *   each names the file and the fix
 */
export async function openPairing(options: OpenOptions = {}): Promise<NodePairing> {
  let config = await load(options)
  const settings = settingsOf(() => config, options.program ?? 'openclaw')
  const readOnly = options.mode === 'read'
  const store = await openStore(config, options, settings)
  const ports = { store, clock: systemClock, random: randomBytes, sha256 }
  const pairing = createPairing({ ...ports, channels: CHANNELS }, { ...settings, readOnly })
  const devices = lazily(async () => {
    const { devicesOn } = await import('./devices.ts')
    const { maxPending, autoApproveLocal } = config.devices
    return devicesOn(
      { ...ports, tidyMs: readOnly ? undefined : HOUSEKEEPING_MS },
      { maxWaiting: maxPending, autoApproveLocal: autoApproveLocal ? 'nodes' : 'off' },
    )
  })
  return {
    ...pairing,
    store,
    devices: devices.get,
    close: async () => {
      await (await devices.made())?.close()
      await pairing.close()
    },
    config: () => config,
    reload: async () => {
      if (isCurrent(config, nodeFiles())) return { changed: false, config }
      const read = await load(options)
      const gone = goneBetween(config, read)
      if (gone !== undefined) throw new ConfigGone(gone)
      config = read
      return { changed: true, config }
    },
  }
}

async function load({ env = process.env, profile, config = 'valid' }: OpenOptions) {
  const loaded = await loadConfig({ env, files: nodeFiles(), args: { profile }, tailnetAddress })
  if (config === 'valid') requireValid(loaded)
  return loaded
}

/** What the operator decided, always by the configuration in force. */
function settingsOf(config: () => Config, program: string): PairingOptions {
  const policyOf: PolicyOf = (address) => config().policyOf(address)
  const place = { program, profile: config().paths.profile }
  return {
    policyOf,
    addresses: () => config().accounts.filter(({ enabled }) => enabled),
    approveCommand: ({ channel, account }: ChannelAddress, reference) =>
      hintCommand(
        { ...place, program: programForStrangers(program), account },
        `pairing approve ${channel} ${reference}`,
      ),
    cli: hintCommand(place, '').trim(),
  }
}

async function openStore(
  { paths }: Config,
  { mode = 'write', trustVerified = false, only }: OpenOptions,
  { policyOf, cli }: PairingOptions,
): Promise<FileStore> {
  const names = CHANNELS.map(({ name }) => name)
  const people = dmDocumentFamilies(names, { channels: channelDefinition, policyOf, cli })
  // Loaded when it is needed: a list of people is done before that would be read.
  const devices =
    only === 'people' && mode === 'read'
      ? []
      : (await import('./devices.ts')).deviceFamilies(sha256, { cli })
  return nodeFileStore({
    root: paths.stateDir,
    mode,
    trustVerified,
    clock: systemClock,
    folders: { credentials: paths.credentialsDir },
    families: [...people, ...devices],
  })
}

/** Made when it is first asked for; `made` answers what there is, and makes nothing. */
function lazily<T>(make: () => Promise<T>): {
  readonly get: () => Promise<T>
  readonly made: () => Promise<T | undefined>
} {
  let made: Promise<T> | undefined
  return { get: () => (made ??= make()), made: async () => made }
}
