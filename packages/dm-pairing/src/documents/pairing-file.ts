import type {
  ChannelAddress,
  DocumentRecord,
  Json,
  JsonObject,
  RecoverableFamily,
  SenderId,
} from '@openclaw/pairing-contracts'
import { REQUESTS, type RequestRecord } from '../collections.ts'
import { parseSenderKey, prefixOf, splitKey } from '../keys.ts'
import type { DocumentParts } from './document-parts.ts'
import { addressOf, fileNameOf, mergedNamesOf } from './file-names.ts'
import { checkPairing, readPairing, writePairingEntry } from './pairing-json.ts'
import { reconcilePairing } from './pairing-reconcile.ts'
import { recoverPairing } from './pairing-recover.ts'
import { withList } from './shape.ts'

/** `credentials/<channel>-pairing.json`: who waits, in the shape of OpenClaw 2026.2. */
export function pairingFiles(parts: DocumentParts): RecoverableFamily {
  const ownerOf = (fileName: string) => addressOf(fileName, 'pairing', parts.channels)
  return {
    name: 'dm.pairing',
    folder: 'credentials',
    collections: [REQUESTS.name],
    owns: (fileName) => ownerOf(fileName) !== undefined,
    documentsOf: ({ collection, key }) => {
      const address = collection === REQUESTS.name ? splitKey(key)?.address : undefined
      if (!address || !parts.channels.names.has(address.channel)) return []
      return [fileNameOf(address, 'pairing'), ...mergedNamesOf(address, 'pairing', parts.channels)]
    },
    sourcesOf: (fileName) => {
      const address = ownerOf(fileName)
      return address ? [{ collection: REQUESTS.name, prefix: prefixOf(address) }] : []
    },
    encode: (fileName, records, previous) => {
      const address = ownerOf(fileName)
      // That of a merged channel is never made.
      const isOwn = address && fileName === fileNameOf(address, 'pairing')
      if (!isOwn && previous === undefined) return undefined
      return address && encodePairing({ parts, address }, records, previous)
    },
    check: checkPairing,
    reconcile: async (tx, difference) => {
      const address = ownerOf(difference.name.fileName)
      return address ? reconcilePairing({ parts, tx, home: address }, difference) : []
    },
    recover: async (tx, difference) => {
      const address = ownerOf(difference.name.fileName)
      if (address) await recoverPairing({ parts, tx, home: address }, difference)
    },
  }
}

/** Requests stay in the order in which they stand; new ones follow, oldest first. */
function encodePairing(
  { parts, address }: { readonly parts: DocumentParts; readonly address: ChannelAddress },
  records: readonly DocumentRecord[],
  previous: Json | undefined,
): Json | undefined {
  const waiting = new Map<SenderId, RequestRecord>()
  for (const { key, value } of records) {
    const sender = parseSenderKey(key)
    if (sender) waiting.set(sender.senderId, REQUESTS.decode(value))
  }
  if (previous === undefined && waiting.size === 0) return undefined
  const requests: JsonObject[] = []
  for (const { id, raw } of readPairing(previous)) {
    const senderId = parts.senderOf(address.channel, id)
    const request = senderId && waiting.get(senderId)
    if (!senderId || !request) continue
    waiting.delete(senderId)
    requests.push(writePairingEntry(address, { senderId, request }, raw))
  }
  const fresh = [...waiting].sort(([, a], [, b]) => a.createdAt - b.createdAt)
  for (const [senderId, request] of fresh) {
    requests.push(writePairingEntry(address, { senderId, request }, undefined))
  }
  return withList(previous, 'requests', requests)
}
