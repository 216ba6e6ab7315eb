import type { DevicePairing, SetupCodes } from '@openclaw/device-pairing'
import type {
  ChatReply,
  Clock,
  EpochMs,
  InboundDm,
  SenderAddress,
} from '@openclaw/pairing-contracts'
import type { Words } from './command.ts'
import type { Pace } from './pace.ts'
import type { ChatOwner, ShownMemory } from './shown-memory.ts'

/** A setup code to be handed over. `code` is a secret. */
export interface MadeCode {
  readonly code: string
  /** The same in fewer characters, for a QR code; `code` unless given. */
  readonly codeToScan?: string
  readonly expiresAt: EpochMs
  /** Where the device will connect. */
  readonly url: string
  /** One sentence each. */
  readonly warnings: readonly string[]
}

/** Why no code can be made, and what mends it. */
export interface NoCode {
  readonly problem: string
  readonly fixes: readonly string[]
}

/** What the commands of owners work with. */
export interface OwnerCommandsComponents {
  readonly devices: Pick<DevicePairing, 'list' | 'find' | 'approve' | 'reject'> & {
    readonly setup: Pick<SetupCodes, 'list' | 'withdraw'>
  }
  readonly shown: ShownMemory
  /**
   * Asked for each command; synchronous, so that somebody who is no owner any more is none at once. True when any of the
   * ids is an owner and none is one who decides nothing.
   */
  readonly isOwner: (
    sender: Pick<SenderAddress, 'channel' | 'senderId'> & Partial<Pick<InboundDm, 'aliases'>>,
  ) => boolean
  /** Makes a setup code that is this owner's. */
  readonly makeCode: (owner: ChatOwner) => Promise<MadeCode | NoCode>
  readonly clock: Clock
}

/** How the commands of owners speak. */
export interface OwnerCommandsOptions {
  /** How commands begin at the terminal of the gateway, such as `openclaw --profile work`. */
  readonly cli: string
}

/** One command of an owner, and what it works with. */
export interface Call extends OwnerCommandsComponents, OwnerCommandsOptions {
  readonly owner: ChatOwner
  readonly message: InboundDm
  readonly words: Words
  /** Counts the codes of each owner. */
  readonly codes: Pace
}

/** Carries a command out. */
export type Handler = (call: Call) => Promise<readonly ChatReply[]>
