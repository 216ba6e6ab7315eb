import type { DevicePairing, SetupCodes, ShownRequest } from '@openclaw/device-pairing'
import type { DmPairing } from '@openclaw/dm-pairing'
import type {
  AccountId,
  ChannelAddress,
  ChannelDefinition,
  ChannelName,
  Clock,
  CredentialStore,
  OutboundText,
  SenderAddress,
  SendOutcome,
  SentMessage,
} from '@openclaw/pairing-contracts'
import type { OwnerPlace, OwnerRef } from './types.ts'

/** An account that is connected here. */
export interface Sending {
  /** Bounded in time; never rejects. */
  readonly send: (message: OutboundText) => Promise<SendOutcome>
  /** False while the channel cannot send; messages wait meanwhile. */
  readonly isReady: () => boolean
}

/** How an owner is shown a device in chat. */
export interface DeviceCard {
  /** A few lines; the device's own words in them are quoted. */
  readonly text: string
  /** False when the card leaves something out: then the device is not approved in chat. */
  readonly isWhole: boolean
}

/** What {@link ownerNotices} works with. */
export interface OwnerNoticesComponents {
  readonly store: CredentialStore
  readonly clock: Clock
  readonly people: Pick<DmPairing, 'list' | 'owners' | 'isOwner'>
  readonly devices: Pick<DevicePairing, 'list'> & { readonly setup: Pick<SetupCodes, 'list'> }
  /** The connected accounts of a channel, the first one first; none where the channel is not connected here. */
  readonly accounts: (channel: ChannelName) => readonly AccountId[]
  readonly sends: (address: ChannelAddress) => Sending | undefined
  readonly channels: (name: ChannelName) => ChannelDefinition | undefined
  /** Where owners wrote last. */
  readonly placeOf: (owner: OwnerRef) => OwnerPlace | undefined
  readonly deviceCard: (request: ShownRequest) => DeviceCard
  /** Told of the devices that an owner was shown, when the platform took the message: `/pair approve` is about these. */
  readonly remember: (
    owner: SenderAddress,
    shown: readonly ShownRequest[],
    sent: SentMessage,
  ) => Promise<void>
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
