import type { Chunks } from '@openclaw/pairing-channel-kit'
import type { Environment } from '@openclaw/pairing-channel-kit/child'
import type { AccountId, Clock, CursorStore, RandomBytes } from '@openclaw/pairing-contracts'
import type { ImsgTiming } from './limits.ts'

/** What is started, and where. */
export interface ImsgPlace {
  /** The executable; `imsg` unless given. `~/` in front is the home directory. */
  readonly cliPath?: string
  /** The Messages database; imsg's own choice unless given. */
  readonly dbPath?: string
  /**
   * The Mac, as `ssh` knows it (`host` or `user@host`): imsg is started there. A `cliPath` here that is a script with
   * `ssh` in it goes there by itself, and is started as it is.
   */
  readonly remoteHost?: string
}

/** One account of Messages on a Mac, and what its connection works with. */
export interface ImsgOptions extends ImsgPlace {
  /** What new chats go through; `auto` unless given. */
  readonly service?: 'auto' | 'imessage' | 'sms'
  /** Whose phone numbers they are that are written without a country, such as `US`, the default. */
  readonly region?: string
  readonly account: AccountId
  /** Keeps between runs how far Messages was read, and messages that a stop left unhandled. */
  readonly cursor: CursorStore
  readonly clock: Clock
  readonly random: RandomBytes
  /** Of it imsg gets the path, the home directory, the language and the agent of ssh, and nothing else. */
  readonly env: Environment
  /** How long texts are cut; at 4000 UTF-16 units unless given. */
  readonly chunks?: Chunks
  /** Changes single waits, for tests and unusual links. */
  readonly timing?: Partial<ImsgTiming>
}
