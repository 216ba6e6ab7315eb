import type {
  ChannelAddress,
  DocumentFamily,
  DocumentRecord,
  Json,
  SenderId,
} from '@openclaw/pairing-contracts'
import { SENDERS, type SenderRecord } from '../collections.ts'
import { MalformedDocument } from '../errors.ts'
import { parseSenderKey, prefixOf, splitKey } from '../keys.ts'
import { reconcileAllowFrom } from './allow-from-reconcile.ts'
import type { DocumentParts } from './document-parts.ts'
import { addressOf, DEFAULT_ACCOUNT, fileNameOf, scopedDefaultName } from './file-names.ts'
import { checkList, idText, listOf, withList } from './shape.ts'

/** `credentials/<channel>-allowFrom.json`: who was let in, in the shape of OpenClaw 2026.2. */
export function allowFromFiles(parts: DocumentParts): DocumentFamily {
  const ownerOf = (fileName: string) => addressOf(fileName, 'allowFrom', parts.channels)
  return {
    name: 'dm.allow-from',
    folder: 'credentials',
    collections: [SENDERS.name],
    owns: (fileName) => ownerOf(fileName) !== undefined,
    documentsOf: ({ collection, key }) => {
      const address = collection === SENDERS.name ? splitKey(key)?.address : undefined
      return address && parts.channels.has(address.channel) ? filesOf(address) : []
    },
    sourcesOf: (fileName) => {
      const address = ownerOf(fileName)
      return address ? [{ collection: SENDERS.name, prefix: prefixOf(address) }] : []
    },
    encode: (fileName, records, previous) => {
      const address = ownerOf(fileName)
      if (!address) return undefined
      const isOwn = fileName === fileNameOf(address, 'allowFrom')
      // The second file is never made: without one there is nothing to look at.
      if (!isOwn && previous === undefined) return undefined
      const shown = { address, senders: allowedSenders(records) }
      return isOwn
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
  }
}

/** Both files of the default account show its senders, so that a revocation clears both. */
function filesOf(address: ChannelAddress): readonly string[] {
  const own = fileNameOf(address, 'allowFrom')
  return address.account === DEFAULT_ACCOUNT ? [own, scopedDefaultName(address)] : [own]
}

function checkAllowFrom(fileName: string, json: Json): void {
  checkList(fileName, json, 'allowFrom').forEach((entry, index) => {
    if (idText(entry) !== undefined) return
    throw new MalformedDocument(fileName, `allowFrom[${String(index)}]`, 'the id of a sender')
  })
}

/** A store's values are frozen and keep their identity: each is decoded once, not at every write of the file. */
const known = new WeakMap<object, SenderRecord>()

function decoded(value: Json): SenderRecord {
  if (typeof value !== 'object' || value === null || !Object.isFrozen(value)) {
    return SENDERS.decode(value)
  }
  const record = known.get(value) ?? SENDERS.decode(value)
  known.set(value, record)
  return record
}

function allowedSenders(records: readonly DocumentRecord[]): ReadonlyMap<SenderId, SenderRecord> {
  const senders = new Map<SenderId, SenderRecord>()
  for (const { key, value } of records) {
    const sender = parseSenderKey(key)
    const record = decoded(value)
    if (sender && record.state === 'allowed') senders.set(sender.senderId, record)
  }
  return senders
}

interface Shown {
  readonly address: ChannelAddress
  readonly senders: ReadonlyMap<SenderId, SenderRecord>
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
    .sort(([, a], [, b]) => a.since - b.since)
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
  const ids = listOf(previous, 'allowFrom').flatMap((entry) => {
    const text = idText(entry)
    const senderId = text === undefined ? undefined : parts.senderOf(address.channel, text)
    return senderId && senders.has(senderId) ? [senderId] : []
  })
  return new Set(ids)
}
