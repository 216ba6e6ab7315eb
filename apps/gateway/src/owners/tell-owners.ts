import { type NodePairing, peopleToTell } from '@openclaw/pairing/node'
import { channelDefinition } from '@openclaw/pairing-config'
import type { ChannelLog } from '@openclaw/pairing-contracts'
import { deviceCard, isShownWhole, shownMemory } from '@openclaw/pairing-owner-chat'
import {
  type OwnerRef,
  ownerNotices,
  ownerPlaces,
  type Settled,
} from '@openclaw/pairing-owner-notices'
import type { Channels } from '../channels/channels.ts'
import { inWords } from '../channels/supervise.ts'

/** What {@link tellOwners} works with. */
export interface TellOwnersComponents {
  readonly pairing: NodePairing
  readonly channels: Pick<Channels, 'sendsOf' | 'accountsOf'>
  /** How commands begin where the owner sits. */
  readonly cli: string
  readonly log: ChannelLog
  /** A log for what comes again and again. */
  readonly complain: ChannelLog
}

/** Tells owners on their channels who waits for them, until `signal` aborts; settles when nothing is sent any more. */
export function tellOwners(
  { pairing, channels, cli, log, complain }: TellOwnersComponents,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock } = pairing
  const memory = shownMemory(store)
  return ownerNotices(
    {
      ...{ store, clock, people: peopleToTell(pairing) },
      devices: pairing.devices().pairing,
      channels: channelDefinition,
      accounts: channels.accountsOf,
      sends: channels.sendsOf,
      placeOf: ownerPlaces(store).of,
      deviceCard: (request) => ({
        text: deviceCard(request, clock.now()),
        isWhole: isShownWhole(request),
      }),
      remember: async (owner, shown, { sentAt }) => {
        await memory.remember({ kind: 'owner', ...owner }, shown, { at: clock.now(), sentAt })
      },
    },
    {
      cli,
      onError: (error) => complain('error', 'owners-not-told', { reason: inWords(error) }),
      onSettled: settledLog(log),
    },
    signal,
  )
}

function settledLog(log: ChannelLog): (owner: OwnerRef, settled: Settled) => void {
  return ({ channel, senderId }, { outcome, reason, requestIds }) => {
    const fields = { channel, owner: senderId, requests: requestIds.join(', ') }
    if (outcome === 'sent') return log('info', 'owner-told', fields)
    const level = outcome === 'over' ? 'debug' : 'warn'
    log(level, 'owner-not-told', { ...fields, outcome, reason: reason ?? 'unknown' })
  }
}
