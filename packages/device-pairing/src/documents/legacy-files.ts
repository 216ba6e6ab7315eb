import type {
  DocumentDifference,
  DocumentRefusal,
  EpochMs,
  Json,
  JsonObject,
  RecoverableFamily,
  Transaction,
} from '@openclaw/pairing-contracts'
import { optional } from '../fields.ts'
import { legacyClaims, legacyNodeId } from '../legacy-claims.ts'
import {
  LEGACY_LISTS,
  LEGACY_NODES,
  LEGACY_REQUESTS,
  LEGACY_TEXTS,
  type LegacyClaims,
  type LegacyNodeRecord,
  type LegacyRequestRecord,
} from '../legacy-collections.ts'
import { MAX_LEGACY_NODES, MAX_LEGACY_WAITING, REQUEST_TTL_MS } from '../limits.ts'
import { tokenHash } from '../tokens.ts'
import type { DocumentParts } from './document-parts.ts'
import { recoverNodes, recoverNothing } from './recover.ts'
import {
  checkEntries,
  checkLists,
  checkTexts,
  entriesOf,
  inOrder,
  listIn,
  textIn,
  timeIn,
  withKeys,
} from './shape.ts'

const PAIRED = 'paired.json'
const PENDING = 'pending.json'

/** `nodes/paired.json`: nodes of the old store, in the shape of OpenClaw 2026.2. */
export function legacyPairedFile(parts: DocumentParts): RecoverableFamily {
  return {
    name: 'nodes.paired',
    folder: 'nodes',
    collections: [LEGACY_NODES.name],
    owns: (fileName) => fileName === PAIRED,
    documentsOf: ({ collection }) => (collection === LEGACY_NODES.name ? [PAIRED] : []),
    sourcesOf: () => [{ collection: LEGACY_NODES.name, prefix: '' }],
    encode: (_, records, previous) => {
      const standing = new Map(entriesOf(previous))
      const shown = records.map(({ key, value }): [string, JsonObject] => [
        key,
        writeNode(parts, { nodeId: key, record: LEGACY_NODES.decode(value) }, standing.get(key)),
      ])
      return inOrder(previous, new Map(shown))
    },
    check: checkNodes,
    reconcile: (tx, difference) => reconcileNodes({ parts, tx }, difference),
    recover: recoverNodes,
  }
}

/** `nodes/pending.json`: nodes that wait in the old store. */
export function legacyPendingFile(parts: DocumentParts): RecoverableFamily {
  return {
    name: 'nodes.pending',
    folder: 'nodes',
    collections: [LEGACY_REQUESTS.name],
    owns: (fileName) => fileName === PENDING,
    documentsOf: ({ collection }) => (collection === LEGACY_REQUESTS.name ? [PENDING] : []),
    sourcesOf: () => [{ collection: LEGACY_REQUESTS.name, prefix: '' }],
    encode: (_, records, previous) => {
      const standing = new Map(entriesOf(previous))
      const shown = records.map(({ key, value }): [string, JsonObject] => {
        const record = LEGACY_REQUESTS.decode(value)
        const entry = writeRequest({ nodeId: key, record }, standing.get(record.requestId))
        return [record.requestId, entry]
      })
      return inOrder(previous, new Map(shown))
    },
    check: checkNodes,
    reconcile: (tx, difference) => reconcileRequests({ parts, tx }, difference),
    recover: recoverNothing,
  }
}

function checkNodes(fileName: string, json: Json): void {
  for (const pair of checkEntries(fileName, json)) {
    checkTexts(fileName, pair, ['nodeId', 'requestId', 'token', ...LEGACY_TEXTS])
    checkLists(fileName, pair, LEGACY_LISTS)
  }
}

function claimKeys(claims: LegacyClaims): Readonly<Record<string, Json | undefined>> {
  return Object.fromEntries([...LEGACY_TEXTS, ...LEGACY_LISTS].map((name) => [name, claims[name]]))
}

function readClaims(entry: JsonObject): LegacyClaims {
  const texts = LEGACY_TEXTS.map((name) => optional(name, textIn(entry, name)))
  const lists = LEGACY_LISTS.map((name) => optional(name, listIn(entry, name)))
  return legacyClaims(Object.assign({}, ...texts, ...lists))
}

/** The plain text of a token stays where it stands, until it is replaced; it is never put there. */
function writeNode(
  { sha256 }: DocumentParts,
  { nodeId, record }: { readonly nodeId: string; readonly record: LegacyNodeRecord },
  previous: JsonObject | undefined,
): JsonObject {
  const standing = previous && textIn(previous, 'token')
  const isKept =
    record.plain === true &&
    standing !== undefined &&
    tokenHash(sha256, standing) === record.tokenHash
  return withKeys(previous, {
    nodeId,
    token: isKept ? standing : undefined,
    ...claimKeys(record.claims),
    createdAtMs: record.createdAt,
    approvedAtMs: record.approvedAt,
    tokenHash: isKept ? undefined : record.tokenHash,
  })
}

function writeRequest(
  { nodeId, record }: { readonly nodeId: string; readonly record: LegacyRequestRecord },
  previous: JsonObject | undefined,
): JsonObject {
  return withKeys(previous, {
    requestId: record.requestId,
    nodeId,
    ...claimKeys(record.claims),
    silent: record.silent,
    isRepair: record.isRepair ?? false,
    ts: record.createdAt,
  })
}

interface Intake {
  readonly parts: DocumentParts
  readonly tx: Transaction
}

/** Nodes that came, changed or went. The old store lets nobody in, so whatever the file says holds. */
async function reconcileNodes(
  { parts, tx }: Intake,
  { before, after }: DocumentDifference,
): Promise<readonly DocumentRefusal[]> {
  const old = new Map(entriesOf(before))
  const now = new Map(entriesOf(after))
  const refusals: DocumentRefusal[] = []
  for (const key of old.keys()) if (!now.has(key)) tx.remove(LEGACY_NODES, key)
  let count = (await tx.list(LEGACY_NODES, '')).length
  for (const [key, entry] of now) {
    if (JSON.stringify(old.get(key)) === JSON.stringify(entry)) continue
    const record = nodeIn(parts, entry, tx.now)
    const known = await tx.get(LEGACY_NODES, key)
    const why =
      record === undefined
        ? 'it has no token'
        : whyNot(key, known !== undefined || count < MAX_LEGACY_NODES)
    if (why === undefined && record) {
      if (known === undefined) count += 1
      tx.put(LEGACY_NODES, key, sameToken(known, record))
    } else refusals.push(parts.refusal(`node ${key}`, why ?? 'it has no token'))
  }
  return refusals
}

/** A token that is kept as a hash stays one, also when its plain text appears again. */
function sameToken(
  known: LegacyNodeRecord | undefined,
  record: LegacyNodeRecord,
): LegacyNodeRecord {
  if (known === undefined || known.plain || known.tokenHash !== record.tokenHash) return record
  const { plain: _, ...hashed } = record
  return hashed
}

function whyNot(key: string, hasRoom: boolean): string | undefined {
  if (legacyNodeId(key) !== key) return 'its id has other than 1 to 128 printable characters'
  return hasRoom ? undefined : 'as many nodes are paired as may'
}

const HASH = /^sha256:[0-9a-f]{64}$/

function nodeIn(
  { sha256 }: DocumentParts,
  entry: JsonObject,
  now: EpochMs,
): LegacyNodeRecord | undefined {
  const plain = textIn(entry, 'token') ?? ''
  const hash = plain === '' ? (textIn(entry, 'tokenHash') ?? '') : tokenHash(sha256, plain)
  if (!HASH.test(hash)) return undefined
  const approvedAt = timeIn(entry, 'approvedAtMs', now) ?? now
  return {
    claims: readClaims(entry),
    tokenHash: hash,
    createdAt: timeIn(entry, 'createdAtMs', now) ?? approvedAt,
    approvedAt,
    ...optional('plain', plain === '' ? undefined : (true as const)),
  } as LegacyNodeRecord
}

/** Requests that came or went. One that is over is left out: nobody waits for it. */
async function reconcileRequests(
  { parts, tx }: Intake,
  { before, after }: DocumentDifference,
): Promise<readonly DocumentRefusal[]> {
  const now = new Map(entriesOf(after))
  const waiting = await tx.list(LEGACY_REQUESTS, '')
  for (const [requestId] of entriesOf(before)) {
    const gone = now.has(requestId)
      ? undefined
      : waiting.find(({ value }) => value.requestId === requestId)
    if (gone) tx.remove(LEGACY_REQUESTS, gone.key)
  }
  const refusals: DocumentRefusal[] = []
  for (const [requestId, entry] of now) {
    const known = waiting.some(({ value }) => value.requestId === requestId)
    const why = known ? undefined : await takeRequest(tx, requestId, entry)
    if (why !== undefined) refusals.push(parts.refusal(`node request ${requestId}`, why))
  }
  return refusals
}

async function takeRequest(
  tx: Transaction,
  requestId: string,
  entry: JsonObject,
): Promise<string | undefined> {
  const nodeId = textIn(entry, 'nodeId') ?? ''
  const createdAt = timeIn(entry, 'ts', tx.now) ?? (0 as EpochMs)
  if (tx.now >= createdAt + REQUEST_TTL_MS) return undefined
  if (legacyNodeId(nodeId) !== nodeId || legacyNodeId(requestId) !== requestId) {
    return 'its id has other than 1 to 128 printable characters'
  }
  const waiting = await tx.list(LEGACY_REQUESTS, '')
  if (waiting.some(({ key }) => key === nodeId)) return 'this node waits already'
  if (waiting.length >= MAX_LEGACY_WAITING) return 'as many requests wait as may'
  tx.put(LEGACY_REQUESTS, nodeId, {
    requestId,
    claims: readClaims(entry),
    createdAt,
    ...(entry['silent'] === true ? { silent: true as const } : {}),
    ...(entry['isRepair'] === true ? { isRepair: true as const } : {}),
  })
  return undefined
}
