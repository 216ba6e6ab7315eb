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
  /** Changes single waits, for tests and unusual links. */
  readonly timing?: Partial<DiscordTiming>
}
