import { createHash, randomBytes } from 'node:crypto'
import {
  type Config,
  ConfigGone,
  goneBetween,
  hintCommand,
  isCurrent,
  loadConfig,
  programForStrangers,
  requireValid,
} from '@openclaw/pairing-config'
import { nodeFiles, tailnetAddress } from '@openclaw/pairing-config/node'
import type {
  ChannelAddress,
  Clock,
  CredentialStore,
  PolicyOf,
  RandomBytes,
  RecoverableFamily,
  Sha256,
} from '@openclaw/pairing-contracts'
import type { NodePairing, ReadOptions } from '../open-types.ts'
import type { PairingOptions } from '../types.ts'
import { clockOf, openBackend } from './backend.ts'

/** The state of this machine, opened, before a door stands on it. */
export interface OpenState
  extends Pick<NodePairing, 'config' | 'reload' | 'store' | 'backend' | 'clock'> {
  /** What every door works with. */
  readonly ports: {
    readonly store: CredentialStore
    readonly clock: Clock
    readonly random: RandomBytes
    readonly sha256: Sha256
  }
  readonly settings: PairingOptions
}

/** How the state is opened, and which files belong to it. */
export interface StateOptions extends ReadOptions {
  readonly mode: 'read' | 'write'
  readonly trustVerified?: boolean
  /** Collections that are looked at; of files everything is. */
  readonly hold: 'all' | readonly string[]
  readonly families: (
    settings: PairingOptions,
    sha256: Sha256,
  ) => readonly RecoverableFamily[] | Promise<readonly RecoverableFamily[]>
}

const sha256: Sha256 = (text) => createHash('sha256').update(text).digest('hex')

/** Reads the configuration, and opens the store where it lies. */
export async function openState(options: StateOptions): Promise<OpenState> {
  let config = await load(options)
  const settings = settingsOf(() => config, options.program ?? 'openclaw')
  const { mode, hold, trustVerified = false } = options
  const families = async () => options.families(settings, sha256)
  const database = { ...options.database, hold }
  const backend = await openBackend(config, { mode, trustVerified, families, database })
  const { store } = backend
  const clock = clockOf(backend)
  return {
    store,
    backend,
    clock,
    ports: { store, clock, random: randomBytes, sha256 },
    settings,
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

async function load({ env = process.env, profile, config = 'valid' }: ReadOptions) {
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
    ownerChannels: () => config().ownerChannels,
    approveCommand: ({ channel, account }: ChannelAddress, reference) =>
      hintCommand(
        { ...place, program: programForStrangers(program), account },
        `pairing approve ${channel} ${reference}`,
      ),
    cli: hintCommand(place, '').trim(),
  }
}
