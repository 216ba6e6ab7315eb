import type { SignalFault } from './faults.ts'
import type { ReceivedEvent, SignalPerson } from './people.ts'

/** How to start an emulator. */
export interface SignalEmulatorOptions {
  /** 0 (default) takes a free one. */
  readonly port?: number
  /** The account's own number; `+15550000000` unless given. */
  readonly number?: string
  /** Further accounts: the daemon then wants to be told which one is meant. */
  readonly otherNumbers?: readonly string[]
  /** `on-connection` (default): messages wait while nobody listens; `on-start`: they are lost. */
  readonly receiveMode?: 'on-connection' | 'on-start'
  /** True: events have ids and are repeated after `Last-Event-ID`, as newer daemons do. */
  readonly numbered?: boolean
  /** How often an idle stream says that it lives, in ms; 15,000 unless given. */
  readonly keepAliveMs?: number
  /** The platform's clock, in ms since 1970; this machine's unless given. */
  readonly now?: () => number
}

/** A text that the account sent and Signal took. */
export interface SignalSent {
  /** As the client named them: a number, or a uuid. */
  readonly to: string
  readonly text: string
  /** Such as `0:8:MONOSPACE`. */
  readonly textStyle: readonly string[]
  readonly timestamp: number
}

/** One request to the daemon, as it was answered. */
export interface SignalCall {
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
  /** The HTTP status; 0: the connection was dropped or never answered. */
  readonly status: number
}

/** The HTTP daemon of signal-cli on 127.0.0.1 with one account or more, and the levers a test pulls. */
export interface SignalEmulator {
  /** For `httpUrl`, such as `http://127.0.0.1:41234`. */
  readonly url: string
  readonly number: string
  /** A person writes to the account, one to one. */
  readonly message: (from: SignalPerson, text: string) => ReceivedEvent
  /** A person writes in a group that the account is in. */
  readonly group: (groupId: string, from: SignalPerson, text: string) => ReceivedEvent
  /** The daemon receives any event; times of the server are filled in where it has none. */
  readonly push: (event: ReceivedEvent) => void
  readonly sent: readonly SignalSent[]
  readonly calls: readonly SignalCall[]
  /** Events that wait for a listener. */
  readonly waiting: () => number
  /** Open streams of events. */
  readonly listeners: () => number
  readonly fault: (fault: SignalFault) => void
  readonly clearFaults: () => void
  /** The person has given Signal up: sends get `UNREGISTERED_FAILURE`. */
  readonly unregister: (to: string) => void
  readonly register: (to: string) => void
  /** No more signs of life on open streams, as if the cable was pulled. */
  readonly mute: () => void
  /** Destroys every open connection. */
  readonly cut: () => void
  /** Refuses connections until `resume`; numbered events start over, as after a restart of the daemon. */
  readonly pause: () => Promise<void>
  readonly resume: () => Promise<void>
  readonly close: () => Promise<void>
}
