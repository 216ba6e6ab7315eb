import { dmDocumentFamilies } from '@openclaw/dm-pairing'
import { CHANNELS, type Config, channelDefinition, MERGED_CHANNELS } from '@openclaw/pairing-config'
import type { RecoverableFamily } from '@openclaw/pairing-contracts'
import type { Call } from './args/types.ts'
import { deviceFiles } from './doctor/devices.ts'

/** A state directory and the well-known files that belong to it. */
export interface StateFiles {
  readonly root: string
  readonly families: readonly RecoverableFamily[]
  readonly folders: Readonly<Record<string, string>>
}

/** The well-known files of the state directory that the configuration is about. */
export function stateFiles(call: Call, config: Pick<Config, 'paths' | 'policyOf'>): StateFiles {
  const { paths, policyOf } = config
  const names = CHANNELS.map(({ name }) => name)
  const people = dmDocumentFamilies(names, {
    channels: channelDefinition,
    merged: MERGED_CHANNELS,
    policyOf,
    cli: call.program,
  })
  const families = [...people, ...deviceFiles(call)]
  return { root: paths.stateDir, families, folders: { credentials: paths.credentialsDir } }
}
