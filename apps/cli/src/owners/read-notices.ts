import { type NodePairing, peopleToTell } from '@openclaw/pairing/node'
import { type OwnerNotice, readNotices } from '@openclaw/pairing-owner-notices'

/** What owners were told, and what they are still to be told, newest first. */
export function readOwnerNotices(pairing: NodePairing): Promise<readonly OwnerNotice[]> {
  const people = peopleToTell(pairing)
  return readNotices({ store: pairing.store, people, devices: pairing.devices().pairing })
}
