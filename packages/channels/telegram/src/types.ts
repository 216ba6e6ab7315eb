import type { AccountId, Clock, CursorStore, RandomBytes } from '@openclaw/pairing-contracts'
import type { TelegramTiming } from './limits.ts'

/** One bot, and what its connection works with. */
export interface TelegramOptions {
  /** From @BotFather. Appears in no log, error or status. */
  readonly token: string
  /** `https://api.telegram.org` unless given; https, or http on this machine; without `/bot…`. */
  readonly apiRoot?: string
  readonly account: AccountId
  /** Keeps the position between runs. */
  readonly cursor: CursorStore
  readonly clock: Clock
  readonly random: RandomBytes
  /** Changes single waits, for tests and unusual links. */
  readonly timing?: Partial<TelegramTiming>
}
