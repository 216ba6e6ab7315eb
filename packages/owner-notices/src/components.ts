import type { DevicePairing, ShownRequest } from '@openclaw/device-pairing'
import type { Denied, DmPairing } from '@openclaw/dm-pairing'
import type {
  AccountId,
  Actor,
  ChannelAddress,
  ChannelDefinition,
  ChannelName,
  Clock,
  CredentialStore,
  OutboundText,
  SendOutcome,
} from '@openclaw/pairing-contracts'
import type { OwnerPlace, OwnerRef } from './types.ts'

/** An account that is connected here. */
export interface Sending {
  /** Bounded in time; never rejects. */
  readonly send: (message: OutboundText) => Promise<SendOutcome>
  /** False while the channel cannot send; messages wait meanwhile. */
  readonly isReady: () => boolean
}

/** The part of the people's door that notices need. */
export interface NoticePeople extends Pick<DmPairing, 'list'> {
  readonly owners: (actor: Actor) => Promise<readonly OwnerRef[] | Denied>
  /** Asked once more just before a message is sent. */
  readonly isOwner: (sender: OwnerRef) => boolean
}

/** What {@link ownerNotices} works with. */
export interface OwnerNoticesComponents {
  readonly store: CredentialStore
  readonly clock: Clock
  readonly people: NoticePeople
  readonly devices: Pick<DevicePairing, 'list'>
  /** The connected accounts of a channel, the first one first; none where the channel is not connected here. */
  readonly accounts: (channel: ChannelName) => readonly AccountId[]
  readonly sends: (address: ChannelAddress) => Sending | undefined
  readonly channels: (name: ChannelName) => ChannelDefinition | undefined
  /** Where owners wrote last. */
  readonly placeOf: (owner: OwnerRef) => OwnerPlace | undefined
  /** The owner who made the setup code that a device came with. */
  readonly makerOf: (request: ShownRequest) => Promise<OwnerRef | undefined>
  /** The text by which an owner is shown a device. */
  readonly deviceCard: (request: ShownRequest) => string
  /** Told of the devices that an owner was shown, before the message counts as sent: `/pair approve` is about these. */
  readonly remember: (owner: OwnerRef, shown: readonly ShownRequest[]) => Promise<void>
}

/** How {@link ownerNotices} runs. */
export interface OwnerNoticesOptions {
  /** How commands begin where the owner sits. */
  readonly cli: string
  readonly onError: (error: unknown) => void
  /** Told of each message that was tried; for figures and the log. */
  readonly onSettled?: (owner: OwnerRef, settled: Settled) => void
}

/** What became of one message. */
export interface Settled {
  readonly outcome: SendOutcome['outcome'] | 'over'
  readonly reason: string | undefined
  readonly requestIds: readonly string[]
}
