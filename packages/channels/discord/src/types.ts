import type { Chunks, Retry } from '@openclaw/pairing-channel-kit'
import type { AccountId, Clock, CursorStore, RandomBytes } from '@openclaw/pairing-contracts'
import type { DiscordTiming } from './limits.ts'

/** One bot, and what its connection works with. */
export interface DiscordOptions {
  /** From “Bot” in the Developer Portal. Appears in no log, error or status. */
  readonly token: string
  /** `https://discord.com/api` unless given; https, or http on this machine. */
  readonly apiRoot?: string
  readonly account: AccountId
  /** Keeps the position between runs: the session, what was handled, and what waits. */
  readonly cursor: CursorStore
  readonly clock: Clock
  readonly random: RandomBytes
  /** How long texts are cut; at 2000 UTF-16 units and 17 lines unless given. */
  readonly chunks?: Chunks
  /** How often, and after what waits, a text is tried that was not taken; 3 times, after 500 ms and 1 s, unless given. */
  readonly retry?: Retry
  /** Changes single waits, for tests and unusual links. */
  readonly timing?: Partial<DiscordTiming>
}
