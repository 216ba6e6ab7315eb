import { dmDocumentFamilies } from '@openclaw/dm-pairing'
import { CHANNELS, channelDefinition } from '@openclaw/pairing-config'
import type { RecoverableFamily } from '@openclaw/pairing-contracts'
import type { PairingOptions } from '../types.ts'

/** `credentials/*.json` as files of a store. */
export function peopleFamilies({ policyOf, cli }: PairingOptions): readonly RecoverableFamily[] {
  const names = CHANNELS.map(({ name }) => name)
  return dmDocumentFamilies(names, { channels: channelDefinition, policyOf, cli })
}
