import type { Chunks } from '@openclaw/pairing-channel-kit'
import type { AccountId, Clock, CursorStore, RandomBytes } from '@openclaw/pairing-contracts'
import type { SignalTiming } from './limits.ts'

/** One Signal account, and what its connection works with. */
export interface SignalOptions {
  /** Where `signal-cli daemon --http` listens, such as `http://127.0.0.1:8080`; https, or http on this machine. */
  readonly httpUrl: string
  /** The account's own phone number; a daemon of one account needs none. */
  readonly number?: string
  readonly account: AccountId
  /** Keeps between runs what came, and messages that a stop left unhandled. */
  readonly cursor: CursorStore
  readonly clock: Clock
  readonly random: RandomBytes
  /** How long texts are cut; at 2,000 UTF-16 units unless given, as longer ones travel as a file. */
  readonly chunks?: Chunks
  /** Changes single waits, for tests and unusual links. */
  readonly timing?: Partial<SignalTiming>
}
