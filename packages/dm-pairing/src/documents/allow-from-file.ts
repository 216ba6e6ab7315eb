import type {
  ChannelAddress,
  ChannelName,
  DocumentRecord,
  Json,
  RecoverableFamily,
  SenderId,
} from '@openclaw/pairing-contracts'
import { SENDERS } from '../collections.ts'
import { MalformedDocument, MalformedRecord } from '../errors.ts'
import { isJsonObject } from '../fields.ts'
import { DEFAULT_ACCOUNT, isSenderId, prefixOf, splitKey } from '../keys.ts'
import { reconcileAllowFrom } from './allow-from-reconcile.ts'
import { recoverAllowFrom } from './allow-from-recover.ts'
import type { DocumentParts } from './document-parts.ts'
import { addressOf, fileNameOf, mergedNamesOf, scopedDefaultName } from './file-names.ts'
import { checkList, idText, listOf, withList } from './shape.ts'

/** `credentials/<channel>-allowFrom.json`: who was let in, in the shape of OpenClaw 2026.2. */
export function allowFromFiles(parts: DocumentParts): RecoverableFamily {
  const ownerOf = (fileName: string) => addressOf(fileName, 'allowFrom', parts.channels)
  return {
    name: 'dm.allow-from',
    folder: 'credentials',
    collections: [SENDERS.name],
    owns: (fileName) => ownerOf(fileName) !== undefined,
    documentsOf: ({ collection, key }) => {
      const address = collection === SENDERS.name ? splitKey(key)?.address : undefined
      return address && parts.channels.names.has(address.channel) ? filesOf(address, parts) : []
    },
    sourcesOf: (fileName) => {
      const address = ownerOf(fileName)
      return address ? [{ collection: SENDERS.name, prefix: prefixOf(address) }] : []
    },
    encode: (fileName, records, previous) => {
      const address = ownerOf(fileName)
      if (!address) return undefined
      const isOwn = fileName === fileNameOf(address, 'allowFrom')
      // The others are never made: without one there is nothing to look at.
      if (!isOwn && previous === undefined) return undefined
      const shown = { address, senders: allowedSenders(address, records) }
      const isWhole =
        isOwn || mergedNamesOf(address, 'allowFrom', parts.channels).includes(fileName)
      return isWhole
        ? encodeAllowFrom(parts, shown, previous)
        : encodeScopedDefault(parts, shown, previous)
    },
    check: checkAllowFrom,
    reconcile: async (tx, difference) => {
      const address = ownerOf(difference.name.fileName)
      if (!address) return []
      checkAllowFrom(difference.name.fileName, difference.after)
      return reconcileAllowFrom({ parts, tx, address }, difference)
    },
    recover: async (tx, difference) => {
      const address = ownerOf(difference.name.fileName)
      if (address) await recoverAllowFrom({ parts, tx, address }, difference)
    },
  }
}

/** Each file of an account shows its senders, so that a revocation clears all. */
function filesOf(address: ChannelAddress, { channels }: DocumentParts): readonly string[] {
  const own = [fileNameOf(address, 'allowFrom'), ...mergedNamesOf(address, 'allowFrom', channels)]
  if (address.account !== DEFAULT_ACCOUNT) return own
  const names = [...channels.merged].filter(([, into]) => into === address.channel)
  const scoped = [address.channel, ...names.map(([name]) => name as ChannelName)]
  return [...own, ...scoped.map((channel) => scopedDefaultName({ ...address, channel }))]
}

function checkAllowFrom(fileName: string, json: Json): void {
  checkList(fileName, json, 'allowFrom').forEach((entry, index) => {
    if (idText(entry) !== undefined) return
    throw new MalformedDocument(fileName, `allowFrom[${String(index)}]`, 'the id of a sender')
  })
}

/**
 * Who is let in, and since when. Of many thousand records the file shows two fields, so only these are looked at: the
 * rest is checked where it is used.
 */
function allowedSenders(
  address: ChannelAddress,
  records: readonly DocumentRecord[],
): ReadonlyMap<SenderId, number> {
  const start = prefixOf(address).length
  const senders = new Map<SenderId, number>()
  for (const { key, value } of records) {
    const senderId = key.slice(start)
    if (!isJsonObject(value) || typeof value['since'] !== 'number') {
      throw new MalformedRecord(SENDERS.name, 'since')
    }
    if (value['state'] === 'allowed' && isSenderId(senderId)) senders.set(senderId, value['since'])
  }
  return senders
}

interface Shown {
  readonly address: ChannelAddress
  readonly senders: ReadonlyMap<SenderId, number>
}

/** Ids stay in the order in which they stand; new ones follow, in the order in which they came in. */
function encodeAllowFrom(
  parts: DocumentParts,
  { address, senders }: Shown,
  previous: Json | undefined,
): Json | undefined {
  if (previous === undefined && senders.size === 0) return undefined
  const kept = keptIds(parts, { address, senders }, previous)
  const fresh = [...senders]
    .filter(([senderId]) => !kept.has(senderId))
    .sort(([, a], [, b]) => a - b)
    .map(([senderId]) => senderId)
  return withList(previous, 'allowFrom', [...kept, ...fresh])
}

/** The second file of the default account is only kept true: it is never made, and nothing new goes into it. */
function encodeScopedDefault(
  parts: DocumentParts,
  shown: Shown,
  previous: Json | undefined,
): Json | undefined {
  if (previous === undefined) return undefined
  return withList(previous, 'allowFrom', [...keptIds(parts, shown, previous)])
}

function keptIds(
  parts: DocumentParts,
  { address, senders }: Shown,
  previous: Json | undefined,
): ReadonlySet<SenderId> {
  const kept = new Set<SenderId>()
  for (const entry of listOf(previous, 'allowFrom')) {
    const text = idText(entry)
    if (text === undefined) continue
    // most often it stands there as we wrote it
    const own = text as SenderId
    const senderId = senders.has(own) ? own : parts.senderOf(address.channel, text)
    if (senderId && senders.has(senderId)) kept.add(senderId)
  }
  return kept
}
