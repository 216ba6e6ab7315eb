import { dmDocumentFamilies } from '@openclaw/dm-pairing'
import { CHANNELS, channelDefinition, MERGED_CHANNELS } from '@openclaw/pairing-config'
import type { RecoverableFamily } from '@openclaw/pairing-contracts'
import type { PairingOptions } from '../types.ts'

/** `credentials/*.json` as files of a store. */
export function peopleFamilies({ policyOf, cli }: PairingOptions): readonly RecoverableFamily[] {
  const names = CHANNELS.map(({ name }) => name)
  const merged = MERGED_CHANNELS
  return dmDocumentFamilies(names, { channels: channelDefinition, merged, policyOf, cli })
}
