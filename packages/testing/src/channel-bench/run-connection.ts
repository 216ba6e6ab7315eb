import type {
  ChannelConnection,
  ChannelHost,
  GateOutcome,
  InboundDm,
  InboundGroup,
  InboundIgnored,
} from '@openclaw/pairing-contracts'

/** One line of the log. */
export type LogLine = readonly [
  level: string,
  event: string,
  fields: Readonly<Record<string, unknown>>,
]

/** A connection that runs, and everything its host was told. */
export interface RunningConnection {
  readonly connection: ChannelConnection
  readonly offered: InboundDm[]
  readonly ignored: (InboundGroup | InboundIgnored)[]
  readonly lines: LogLine[]
  /** Settles as `run` does; nobody has to wait for it. */
  readonly ended: Promise<void>
  readonly stop: () => Promise<void>
}

/** What a host does with a message; an outcome of the gate that it resolves with is what the host says. */
export type OnMessage = (inbound: InboundDm, connection: ChannelConnection) => Promise<unknown>

/** Runs a connection until it is stopped. */
export function runConnection(
  connection: ChannelConnection,
  onMessage?: OnMessage,
): RunningConnection {
  const offered: InboundDm[] = []
  const ignored: (InboundGroup | InboundIgnored)[] = []
  const lines: LogLine[] = []
  const host: ChannelHost = {
    onMessage: async (inbound) => {
      offered.push(inbound)
      return (await onMessage?.(inbound, connection)) as GateOutcome['outcome'] | undefined
    },
    onIgnored: (inbound) => void ignored.push(inbound),
    log: (...line) => void lines.push(line),
  }
  const abort = new AbortController()
  const ended = connection.run(host, abort.signal)
  ended.catch(() => {})
  const stop = (): Promise<void> => {
    abort.abort()
    return ended
  }
  return { connection, offered, ignored, lines, ended, stop }
}

/** What messages say. */
export const textsOf = (messages: readonly InboundDm[]): string[] =>
  messages.map(({ text }) => text)

/** The events of a log. */
export const eventsOf = (lines: readonly LogLine[]): string[] => lines.map(([, event]) => event)
