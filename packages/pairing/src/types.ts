import type { DmPairing } from '@openclaw/dm-pairing'
import type {
  ChannelAddress,
  ChannelDefinition,
  ChannelName,
  Clock,
  CredentialStore,
  EpochMs,
  Gate,
  OutboundText,
  PolicyOf,
  RandomBytes,
  SendOutcome,
  Sha256,
} from '@openclaw/pairing-contracts'

/** The parts that {@link createPairing} puts together; everything outside the process is one of them. */
export interface PairingComponents {
  readonly store: CredentialStore
  readonly clock: Clock
  readonly random: RandomBytes
  readonly sha256: Sha256
  /** The channels this process knows; their pure rules only, no connection. */
  readonly channels: readonly ChannelDefinition[]
}

/** What the operator decides. */
export interface PairingOptions {
  readonly policyOf: PolicyOf
  /** The configured accounts, asked at each `list`. */
  readonly addresses: () => readonly ChannelAddress[]
  /** Further channels on which the policy names owners, with an account or without; none unless given. */
  readonly ownerChannels?: () => readonly ChannelName[]
  /** The command that approves `reference` (a code or request id) where the owner sits; strangers read it. */
  readonly approveCommand: (address: ChannelAddress, reference: string) => string
  /** How commands begin in hints, such as `openclaw --profile work`. */
  readonly cli: string
  /** When an account's connection began, for the backlog rule of personal accounts. */
  readonly connectedAt?: (address: ChannelAddress) => EpochMs | undefined
  /** The store takes no changes, so nothing is tidied up. */
  readonly readOnly?: boolean
}

/** Sends one text; resolves with what became of it, never rejects. */
export type Send = (message: OutboundText) => Promise<SendOutcome>

/** The pairing layer of one bot. */
export interface Pairing {
  /** The one door for messages. */
  readonly gate: Gate
  /**
   * The owner's verbs: list, approve, reject, allowed, allow, revoke, block, unblock, why; of owners themselves: owners,
   * addOwner, removeOwner, isOwner.
   */
  readonly people: DmPairing
  readonly store: CredentialStore
  /**
   * Tells people on one account that they were approved, once each, wherever the approval was made.
   * Runs until `close`.
   */
  readonly announce: (address: ChannelAddress, send: Send) => void
  /** Writes what was only counted, stops announcing, closes the store. Safe to call twice. */
  readonly close: () => Promise<void>
}
