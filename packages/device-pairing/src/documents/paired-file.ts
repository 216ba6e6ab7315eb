import type {
  DocumentRecord,
  Json,
  JsonObject,
  RecoverableFamily,
} from '@openclaw/pairing-contracts'
import { DEVICES, type DeviceRecord } from '../collections.ts'
import { isJsonObject } from '../fields.ts'
import type { DocumentParts } from './document-parts.ts'
import { checkPaired, writePaired } from './paired-json.ts'
import { reconcilePaired } from './paired-reconcile.ts'
import { recoverPaired } from './recover.ts'
import { entriesOf, inOrder } from './shape.ts'

const FILE = 'paired.json'

/** `devices/paired.json`: who is paired, in the shape of OpenClaw 2026.2. */
export function pairedFile(parts: DocumentParts): RecoverableFamily {
  const read = readOnce()
  return {
    name: 'devices.paired',
    folder: 'devices',
    collections: [DEVICES.name],
    owns: (fileName) => fileName === FILE,
    documentsOf: ({ collection }) => (collection === DEVICES.name ? [FILE] : []),
    sourcesOf: (fileName) => (fileName === FILE ? [{ collection: DEVICES.name, prefix: '' }] : []),
    encode: (_, records, previous) => wholeOf(encodePaired({ parts, read }, records, previous)),
    encodeInParts: (_, records, previous) => encodePaired({ parts, read }, records, previous),
    check: checkPaired,
    reconcile: (tx, difference) => reconcilePaired({ parts, tx }, difference),
    recover: (tx, difference) => recoverPaired({ parts, tx }, difference),
  }
}

/** Reads a record of the store. */
type Read = (value: Json) => DeviceRecord

/** The file shows thousands of devices, and between two writes one of them changed: the others are not read again. */
function readOnce(): Read {
  const known = new WeakMap<object, DeviceRecord>()
  return (value) => {
    const place = isJsonObject(value) ? value : undefined
    const record = (place && known.get(place)) ?? DEVICES.decode(value)
    if (place) known.set(place, record)
    return record
  }
}

/** Devices that are written before others are served. */
const PART = 200

/** Devices stay in the order in which they stand; new ones follow, in the order in which they came in. */
function* encodePaired(
  { parts, read }: { readonly parts: DocumentParts; readonly read: Read },
  records: readonly DocumentRecord[],
  previous: Json | undefined,
): Generator<void, Json | undefined, void> {
  const standing = new Map(entriesOf(previous))
  const shown = new Map<string, JsonObject>()
  const devices: { readonly key: string; readonly record: DeviceRecord }[] = []
  for (const { key, value } of records) {
    devices.push({ key, record: read(value) })
    if (devices.length % PART === 0) yield
  }
  for (const { key, record } of devices.sort((a, b) => a.record.createdAt - b.record.createdAt)) {
    shown.set(key, writePaired(parts, { deviceId: key, record }, standing.get(key)))
    if (shown.size % PART === 0) yield
  }
  return inOrder(previous, shown)
}

function wholeOf<R>(parts: Generator<void, R, void>): R {
  for (;;) {
    const step = parts.next()
    if (step.done === true) return step.value
  }
}
