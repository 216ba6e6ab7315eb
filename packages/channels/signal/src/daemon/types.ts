import type { Environment } from '@openclaw/pairing-channel-kit/child'
import type { AccountId, Clock, RandomBytes } from '@openclaw/pairing-contracts'
import type { SignalDaemonTiming } from '../limits.ts'

/**
 * When the daemon takes messages from Signal: while somebody is connected to it, or from its start on, so that what comes
 * while nobody is connected is lost.
 */
export type SignalReceiveMode = 'on-connection' | 'on-start'

/** What is started. */
export interface SignalStart {
  /** The account's own phone number. */
  readonly number: string
  /** Where it is to listen: http, an address of this machine and a port, and nothing else. */
  readonly httpUrl: string
  /** The executable; `signal-cli` unless given. `~/` in front is the home directory. */
  readonly cliPath?: string
  /** `on-connection` unless given. */
  readonly receiveMode?: SignalReceiveMode
  /** True: attachments are not downloaded. */
  readonly ignoreAttachments?: boolean
  /** True: stories are not received. */
  readonly ignoreStories?: boolean
  /** True: everybody who writes is told that it was read, strangers too. */
  readonly sendReadReceipts?: boolean
}

/** A daemon of one account, and what its keeper works with. */
export interface SignalDaemonOptions extends SignalStart {
  readonly account: AccountId
  readonly clock: Clock
  readonly random: RandomBytes
  /** Of it signal-cli gets the path, the home directory, the language, where its data are and what is Java's. */
  readonly env: Environment
  /** Changes single waits; `startMs` is 120,000 at most. */
  readonly timing?: Partial<SignalDaemonTiming>
}
