import type { AccountId, Clock, EpochMs, Gate, SenderId } from '@openclaw/pairing-contracts'

/** What stands before the host of a channel: a gate with nobody let in, and what its owner sees and does. */
export interface ContractDoor {
  readonly gate: Gate
  /** Who waits for the owner, oldest first, with the code that lets them in. */
  readonly waiting: () => Promise<readonly { readonly senderId: SenderId; readonly code: string }[]>
  /** The owner approves; rejects when that was not possible. */
  readonly approve: (code: string) => Promise<void>
}

/** What a door is opened with. */
export interface DoorOptions {
  /** `written`: `dmPolicy: "pairing"` stands in the configuration of the channel; `unwritten`: nobody wrote a policy. */
  readonly policy: 'written' | 'unwritten'
  readonly account: AccountId
  readonly clock: Clock
  /** When the connection of the account began. */
  readonly connectedAt: () => EpochMs
}

/** Opens a fresh door; each test has one of its own. */
export type OpenDoor = (options: DoorOptions) => Promise<ContractDoor>
