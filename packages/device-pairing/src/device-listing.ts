import { legacyList, legacyListPartsOf } from './legacy-list.ts'
import type { LegacyNodes } from './legacy-types.ts'
import { list } from './list.ts'
import type { DevicePairing } from './owner-types.ts'
import {
  type DevicePairingOptions,
  type DevicePairingPorts,
  listPartsOf,
  type Readable,
} from './parts.ts'

/** What {@link deviceListing} needs: a store that is only read. */
export type DeviceListingPorts = Pick<DevicePairingPorts, 'clock' | 'sha256'> & Readable

/** The lists of the devices' door and of the old store of nodes, without the doors. */
export interface DeviceListing {
  readonly pairing: Pick<DevicePairing, 'list'>
  readonly legacyNodes: Pick<LegacyNodes, 'list'>
}

/**
 * Builds what a page that is read and forgotten needs of a store: its lists, and none of the verbs that decide. What a
 * running door has only counted so far is not in them.
 *
 * @throws what the store throws goes through
 */
export function deviceListing(
  ports: DeviceListingPorts,
  options: Pick<DevicePairingOptions, 'maxWaiting'> = {},
): DeviceListing {
  const parts = listPartsOf(ports, options)
  const legacy = legacyListPartsOf(ports)
  return {
    pairing: { list: async (actor, how = {}) => list(parts, actor, how) },
    legacyNodes: { list: async (actor) => legacyList(legacy, actor) },
  }
}
