import { noticeRunner, type WorkLog } from '@openclaw/pairing'
import type { NodePairing } from '@openclaw/pairing/node'
import type { ChannelConnection, ChannelHost } from '@openclaw/pairing-contracts'
import type { Sending } from '@openclaw/pairing-owner-notices'
import { countedSend, hostOf, type Shared } from './host.ts'
import { inWords, type Supervised, supervise } from './supervise.ts'

/** What connections run with. */
export interface ChannelsComponents extends Shared {
  readonly pairing: NodePairing
}

/** A connection that runs: its messages go through the gate, and people are told when they were approved. */
export interface RunningConnection extends Supervised {
  /** To write to somebody who did not write just now. */
  readonly sending: Sending
  /** Settles when it has ended and nothing is written any more. */
  readonly ended: Promise<void>
}

/** What one run is given. */
export interface ConnectionRun {
  readonly connection: ChannelConnection
  readonly work: WorkLog
  /** Stands between the connection and the gate; nothing unless given. */
  readonly guard?: (host: ChannelHost) => ChannelHost
}

/** Runs a connection until the signal aborts, or it ends by itself. */
export function runConnection(
  components: ChannelsComponents,
  { connection, work, guard = (host) => host }: ConnectionRun,
): RunningConnection {
  const over = new AbortController()
  const host = guard(hostOf(components, connection, work))
  const supervised = supervise(connection, host, components.signal)
  const sending: Sending = {
    send: countedSend(connection, components),
    isReady: () => supervised.report().state === 'connected',
  }
  // What is with the agent goes on where the connection alone has ended; nobody is written to through it any more.
  const signal = AbortSignal.any([components.signal, over.signal])
  const notices = announce(components, { supervised, sending, signal })
  const end = async (): Promise<void> => {
    await supervised.ended
    over.abort()
    await notices
    await work.close()
  }
  return { ...supervised, sending, ended: end() }
}

interface Announcing {
  readonly supervised: Supervised
  readonly sending: Sending
  readonly signal: AbortSignal
}

function announce(
  { pairing, complain }: ChannelsComponents,
  { supervised, sending, signal }: Announcing,
): Promise<void> {
  const { channel, account } = supervised.connection
  return noticeRunner(
    { people: pairing.people, store: pairing.store, send: sending.send },
    {
      address: { channel, account },
      ready: sending.isReady,
      onError: (error) =>
        complain('error', 'notices-failed', { channel, account, reason: inWords(error) }),
    },
    signal,
  )
}
