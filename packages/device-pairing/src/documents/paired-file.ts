import type {
  DocumentRecord,
  Json,
  JsonObject,
  RecoverableFamily,
} from '@openclaw/pairing-contracts'
import { DEVICES } from '../collections.ts'
import type { DocumentParts } from './document-parts.ts'
import { checkPaired, writePaired } from './paired-json.ts'
import { reconcilePaired } from './paired-reconcile.ts'
import { recoverPaired } from './recover.ts'
import { entriesOf, inOrder } from './shape.ts'

const FILE = 'paired.json'

/** `devices/paired.json`: who is paired, in the shape of OpenClaw 2026.2. */
export function pairedFile(parts: DocumentParts): RecoverableFamily {
  return {
    name: 'devices.paired',
    folder: 'devices',
    collections: [DEVICES.name],
    owns: (fileName) => fileName === FILE,
    documentsOf: ({ collection }) => (collection === DEVICES.name ? [FILE] : []),
    sourcesOf: (fileName) => (fileName === FILE ? [{ collection: DEVICES.name, prefix: '' }] : []),
    encode: (_, records, previous) => encodePaired(parts, records, previous),
    check: checkPaired,
    reconcile: (tx, difference) => reconcilePaired({ parts, tx }, difference),
    recover: (tx, difference) => recoverPaired({ parts, tx }, difference),
  }
}

/** Devices stay in the order in which they stand; new ones follow, in the order in which they came in. */
function encodePaired(
  parts: DocumentParts,
  records: readonly DocumentRecord[],
  previous: Json | undefined,
): Json | undefined {
  const standing = new Map(entriesOf(previous))
  const shown = new Map<string, JsonObject>()
  const decoded = records.map(({ key, value }) => ({ key, record: DEVICES.decode(value) }))
  for (const { key, record } of decoded.sort((a, b) => a.record.createdAt - b.record.createdAt)) {
    shown.set(key, writePaired(parts, { deviceId: key, record }, standing.get(key)))
  }
  return inOrder(previous, shown)
}
