import type { Chunks, StatusBoard } from '@openclaw/pairing-channel-kit'
import type {
  AbortSignalLike,
  AccountId,
  ChannelLog,
  Clock,
  CursorStore,
  RandomBytes,
} from '@openclaw/pairing-contracts'
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
  /** Sees to it that the daemon runs; unless given, somebody else does. */
  readonly daemon?: SignalDaemon
  /** Changes single waits, for tests and unusual links. */
  readonly timing?: Partial<SignalTiming>
}

/** Who is told how a daemon is doing. */
export interface SignalDaemonHost {
  readonly log: ChannelLog
  readonly board: StatusBoard
}

/** Sees to it that a daemon answers; `./daemon` has one that starts signal-cli. */
export interface SignalDaemon {
  /**
   * Resolves when one answers, or `stop` aborts; asked before each connection.
   *
   * @throws when none ever can: waiting does not mend it
   */
  readonly ready: (host: SignalDaemonHost, stop: AbortSignalLike) => Promise<void>
  /** Resolves when one answers, at the latest after `ms`: false then, and nothing may be sent to whoever listens there. */
  readonly answers: (ms: number, stop: AbortSignalLike) => Promise<boolean>
  /** True: the one that it started has ended, and `ready` says why and starts another. */
  readonly hasEnded: () => Promise<boolean>
  /** Ends the one that it started; resolves when it is gone. */
  readonly stop: (log: ChannelLog) => Promise<void>
}
