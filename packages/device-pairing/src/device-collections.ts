import { COUNTERS, DEVICES, REQUESTS, SETTLED } from './collections.ts'
import { REMOVED, RESTS } from './ended-records.ts'
import { LEGACY_NODES, LEGACY_REQUESTS } from './legacy-collections.ts'
import { SETUP_CODES } from './setup-record.ts'

/** Names of every collection of this package. */
export const DEVICE_COLLECTIONS: readonly string[] = [
  DEVICES,
  REQUESTS,
  SETTLED,
  COUNTERS,
  RESTS,
  REMOVED,
  SETUP_CODES,
  LEGACY_REQUESTS,
  LEGACY_NODES,
].map(({ name }) => name)
