import { approve } from './approve.ts'
import { arrive } from './arrive.ts'
import { housekeeperOf } from './housekeeping.ts'
import { find, list } from './list.ts'
import { remove, rename, revoke } from './manage.ts'
import type { DevicePairing } from './owner-types.ts'
import { type DevicePairingOptions, type DevicePairingPorts, partsOf } from './parts.ts'
import { prove } from './prove.ts'
import { reject } from './reject.ts'
import { rotate } from './rotate.ts'
import { setupCodes } from './setup-codes.ts'
import { standing } from './standing.ts'

/**
 * Builds the devices' door on a store.
 *
 * Opens the store's views when they are first needed, starts no timer and closes nothing: whoever embeds it calls
 * `housekeeping` and closes the store.
 *
 * @throws `ERR_DEVICE_LABEL_INVALID` from `rename` and `approve`, `ERR_DEVICE_RANDOM_BROKEN` where an id or token is
 *   made; what the store throws goes through, and then nobody was admitted and nothing was changed
 */
export function devicePairing(
  ports: DevicePairingPorts,
  options: DevicePairingOptions = {},
): DevicePairing {
  const parts = partsOf(ports, options)
  const tidy = housekeeperOf(parts)
  return {
    prove: (claim, nonce) => prove(parts, claim, nonce),
    arrive: (arrival) => arrive(parts, arrival),
    standing: (admitted) => standing(parts, admitted),
    list: async (actor, how = {}) => list(parts, actor, how),
    find: async (actor, requestId) => find(parts, actor, requestId),
    approve: (actor, requestId, options = {}) => approve(parts, { actor, options }, requestId),
    reject: (actor, requestId) => reject(parts, actor, requestId),
    remove: (actor, deviceId) => remove(parts, actor, deviceId),
    rename: (actor, deviceId, label) => rename(parts, { actor, label }, deviceId),
    rotate: (actor, device, { scopes } = {}) => rotate(parts, { ...device, actor, scopes }),
    revoke: (actor, device) => revoke(parts, actor, device),
    setup: setupCodes(parts),
    housekeeping: (when = 'due') => tidy(when),
  }
}
