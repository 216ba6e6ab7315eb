import { join } from 'node:path'
import { noticeRunner, type WorkLog } from '@openclaw/pairing'
import { fileWorkLog, type NodePairing } from '@openclaw/pairing/node'
import type { ChannelConnection } from '@openclaw/pairing-contracts'
import type { ChannelReport } from '../readiness.ts'
import { countedSend, hostOf, type Shared } from './host.ts'
import { inWords, type Supervised, supervise } from './supervise.ts'

/** The connected accounts. */
export interface Channels {
  readonly reports: () => readonly ChannelReport[]
  /** Settles when every account has ended and nothing is written any more. */
  readonly ended: Promise<void>
}

/** What {@link startChannels} works with. */
export interface ChannelsComponents extends Shared {
  readonly pairing: NodePairing
}

/** Connects every account: its messages go through the gate, and people are told when they were approved. */
export async function startChannels(
  components: ChannelsComponents,
  connections: readonly ChannelConnection[],
): Promise<Channels> {
  const running = await Promise.all(connections.map((each) => start(components, each)))
  return {
    reports: () => running.map(({ supervised }) => supervised.report()),
    ended: Promise.all(running.map(({ ended }) => ended)).then(() => {}),
  }
}

interface Running {
  readonly supervised: Supervised
  readonly ended: Promise<void>
}

async function start(
  components: ChannelsComponents,
  connection: ChannelConnection,
): Promise<Running> {
  const { stateDir } = components.pairing.config().paths
  const { channel, account } = connection
  const work = await fileWorkLog(join(stateDir, channel, `handled-${account}.jsonl`), () =>
    Date.now(),
  )
  const supervised = supervise(connection, hostOf(components, connection, work), components.signal)
  const notices = announce(components, supervised)
  return { supervised, ended: end(supervised, notices, work) }
}

async function end(supervised: Supervised, notices: Promise<void>, work: WorkLog): Promise<void> {
  await supervised.ended
  await notices
  await work.close()
}

function announce(
  { pairing, metrics, complain, signal }: ChannelsComponents,
  { connection, report }: Supervised,
): Promise<void> {
  const { channel, account } = connection
  return noticeRunner(
    { people: pairing.people, store: pairing.store, send: countedSend(connection, metrics) },
    {
      address: { channel, account },
      ready: () => report().state === 'connected',
      onError: (error) =>
        complain('error', 'notices-failed', { channel, account, reason: inWords(error) }),
    },
    signal,
  )
}
