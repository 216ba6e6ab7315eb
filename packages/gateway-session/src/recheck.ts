import type { AdmittedDevice, Standing } from '@openclaw/device-pairing'
import { end, type Peer } from './peer.ts'
import type { Lost, Standings } from './standings.ts'

/** What a connection is told whose admission no longer holds; the next connect says more. */
const REASONS: Readonly<Record<Lost, string>> = {
  removed: 'device removed',
  revoked: 'device role revoked',
  rotated: 'device token rotated: connect again',
  narrowed: 'device access changed: connect again',
}

/**
 * Ends the connections whose admission no longer holds.
 *
 * @returns how many
 * @throws what the door's view throws; connections looked at before are ended, the others stay until it can be made up for
 */
export function recheck(
  peers: Iterable<Peer>,
  standings: Pick<Standings, 'demand' | 'owe'>,
  deviceId: string | undefined,
): number {
  let ended = 0
  for (const peer of peers) {
    const device = peer.identity?.device
    if (device === undefined) continue
    if (deviceId !== undefined && device.deviceId !== deviceId) continue
    const standing = demanded(standings, device)
    // What this connection asked for ends it: it hears so first, and is looked at again then.
    if (standing.holds || peer.endsItself) continue
    ended += 1
    endLost(peer, standing.because)
  }
  return ended
}

function demanded(
  { demand, owe }: Pick<Standings, 'demand' | 'owe'>,
  device: AdmittedDevice,
): Standing {
  try {
    return demand(device)
  } catch (error) {
    owe()
    throw error
  }
}

/** Ends a connection whose admission no longer holds. */
export function endLost(peer: Peer, because: Lost): void {
  end(peer, because, { code: 1008, reason: REASONS[because] })
}
