import type { DmPairing } from '@openclaw/dm-pairing'
import { channelDefinition, isConnectable } from '@openclaw/pairing-config'
import type { ChannelName } from '@openclaw/pairing-contracts'
import type { NodePairing } from '../open-types.ts'

/**
 * The verbs about people as messages to owners need them: without owners whom the configuration names on a channel where
 * nobody can be told anything. A phone number is an owner on every channel that has such ids.
 */
export function peopleToTell({
  people,
  config,
}: Pick<NodePairing, 'people' | 'config'>): DmPairing {
  return {
    ...people,
    owners: async (actor) => {
      const owners = await people.owners(actor)
      if ('outcome' in owners) return owners
      const configured = new Set(
        config()
          .accounts.filter(({ enabled }) => enabled)
          .map(({ channel }) => channel),
      )
      return owners.filter(
        ({ since, channel }) =>
          since !== undefined || configured.has(channel) || isPerhapsElsewhere(channel),
      )
    },
  }
}

/** The environment of a gateway can set up a bot that is not seen from here, but no account of a person's own. */
function isPerhapsElsewhere(channel: ChannelName): boolean {
  return isConnectable(channel) && !channelDefinition(channel).personal
}
