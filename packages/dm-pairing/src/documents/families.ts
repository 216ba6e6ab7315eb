import type { ChannelName, RecoverableFamily } from '@openclaw/pairing-contracts'
import { allowFromFiles } from './allow-from-file.ts'
import { type DmDocumentOptions, documentParts } from './document-parts.ts'
import { pairingFiles } from './pairing-file.ts'

/**
 * The files of `credentials/` that OpenClaw 2026.2 knows, for the channels named, for a file store.
 *
 * In the order in which changes by other programs are taken over: who is let in before who asks, so that a request
 * that left its file because it was approved is not mistaken for a rejected one.
 */
export function dmDocumentFamilies(
  channelNames: readonly ChannelName[],
  options: DmDocumentOptions = {},
): readonly RecoverableFamily[] {
  const parts = documentParts(channelNames, options)
  return [allowFromFiles(parts), pairingFiles(parts)]
}
