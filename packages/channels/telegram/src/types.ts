import type { Chunks, Retry } from '@openclaw/pairing-channel-kit'
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
  /** How long texts are cut; at 4000 UTF-16 units unless given. */
  readonly chunks?: Chunks
  /** How often, and after what waits, a text is tried that was not taken; 3 times, after 400 ms and 800 ms, unless given. */
  readonly retry?: Retry
  /** Where a proxy is that tunnels, http or https, with a user and password if it wants them. Appears in no log. */
  readonly proxy?: string
  /** Whether both families of addresses are tried at once; Node's own choice unless given. */
  readonly autoSelectFamily?: boolean
  /** Changes single waits, for tests and unusual links. */
  readonly timing?: Partial<TelegramTiming>
}
