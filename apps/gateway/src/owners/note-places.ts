import type { NodePairing } from '@openclaw/pairing/node'
import type { ChannelLog, Gate, GatedMessage, SenderId } from '@openclaw/pairing-contracts'
import { ownerPlaces } from '@openclaw/pairing-owner-notices'
import { inWords } from '../channels/supervise.ts'

/** What {@link notingPlaces} works with. */
export interface NotePlacesComponents {
  readonly pairing: Pick<NodePairing, 'store' | 'people' | 'gate'>
  readonly complain: ChannelLog
}

/** The id by which the sender is an owner: that of the configuration or the store, under which they are told. */
function ownerIdIn(
  people: Pick<NodePairing['people'], 'isOwner'>,
  { channel, senderId, aliases }: GatedMessage,
): SenderId | undefined {
  if (!people.isOwner({ channel, senderId, aliases })) return undefined
  return [senderId, ...aliases].find((id) => people.isOwner({ channel, senderId: id }))
}

/** The gate, which also notes where an owner writes from: that is where they are told who waits. */
export function notingPlaces({ pairing, complain }: NotePlacesComponents): Gate {
  const { people, gate, store } = pairing
  const places = ownerPlaces(store)
  const note = async (message: GatedMessage): Promise<void> => {
    try {
      const senderId = ownerIdIn(people, message)
      if (senderId !== undefined) await places.record({ ...message, senderId })
    } catch (error) {
      // The message was let in all the same; the next one tells it again.
      complain('warn', 'owner-place-not-noted', { reason: inWords(error) })
    }
  }
  return async (inbound) => {
    const outcome = await gate(inbound)
    if (outcome.outcome === 'deliver') void note(outcome.message)
    return outcome
  }
}
