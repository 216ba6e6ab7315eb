import type { RecoverableFamily } from '@openclaw/pairing-contracts'
import {
  type DeviceDocumentOptions,
  type DeviceDocumentPorts,
  documentParts,
} from './document-parts.ts'
import { legacyPairedFile, legacyPendingFile } from './legacy-files.ts'
import { pairedFile } from './paired-file.ts'
import { pendingFile } from './pending-file.ts'

/**
 * The files of `devices/` and `nodes/` that OpenClaw 2026.2 knows, for a file store.
 *
 * In the order in which changes by other programs are taken over: who is paired before who asks, so that a request
 * that left its file because it was approved is not mistaken for a rejected one.
 */
export function deviceDocumentFamilies(
  ports: DeviceDocumentPorts,
  options: DeviceDocumentOptions = {},
): readonly RecoverableFamily[] {
  const parts = documentParts(ports, options)
  return [pairedFile(parts), pendingFile(parts), legacyPairedFile(parts), legacyPendingFile(parts)]
}
