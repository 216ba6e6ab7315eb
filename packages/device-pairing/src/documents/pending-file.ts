import type {
  DocumentRecord,
  Json,
  JsonObject,
  RecoverableFamily,
} from '@openclaw/pairing-contracts'
import { REQUESTS } from '../collections.ts'
import { parseRoleKey } from '../keys.ts'
import type { DocumentParts } from './document-parts.ts'
import { checkPending, writePending } from './pending-json.ts'
import { reconcilePending } from './pending-reconcile.ts'
import { recoverNothing } from './recover.ts'
import { entriesOf, inOrder } from './shape.ts'

const FILE = 'pending.json'

/** `devices/pending.json`: who waits, in the shape of OpenClaw 2026.2. */
export function pendingFile(parts: DocumentParts): RecoverableFamily {
  return {
    name: 'devices.pending',
    folder: 'devices',
    collections: [REQUESTS.name],
    owns: (fileName) => fileName === FILE,
    documentsOf: ({ collection }) => (collection === REQUESTS.name ? [FILE] : []),
    sourcesOf: (fileName) => (fileName === FILE ? [{ collection: REQUESTS.name, prefix: '' }] : []),
    encode: (_, records, previous) => encodePending(records, previous),
    check: checkPending,
    reconcile: (tx, difference) => reconcilePending({ parts, tx }, difference),
    recover: recoverNothing,
  }
}

function encodePending(
  records: readonly DocumentRecord[],
  previous: Json | undefined,
): Json | undefined {
  const standing = new Map(entriesOf(previous))
  const shown = new Map<string, JsonObject>()
  const decoded = records.map(({ key, value }) => ({ key, request: REQUESTS.decode(value) }))
  for (const { key, request } of decoded.sort(
    (a, b) => a.request.createdAt - b.request.createdAt,
  )) {
    const whose = parseRoleKey(key)
    const { requestId } = request
    // 2026.2 knows no commands, and would take one that is not kept out for one that waits
    if (whose && request.reason !== 'command-upgrade') {
      shown.set(requestId, writePending({ ...whose, request }, standing.get(requestId)))
    }
  }
  return inOrder(previous, shown)
}
