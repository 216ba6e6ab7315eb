import { join } from 'node:path'
import { noticeRunner, type WorkLog } from '@openclaw/pairing'
import { fileWorkLog, type NodePairing } from '@openclaw/pairing/node'
import type {
  AccountId,
  ChannelAddress,
  ChannelConnection,
  ChannelName,
} from '@openclaw/pairing-contracts'
import type { Sending } from '@openclaw/pairing-owner-notices'
import type { Hook } from '../http/hooks/hook.ts'
import type { ChannelReport } from '../readiness.ts'
import { neverConnects } from './apart.ts'
import { countedSend, hostOf, type Shared } from './host.ts'
import { inWords, type Supervised, supervise } from './supervise.ts'

/** The connected accounts. */
export interface Channels {
  readonly reports: () => readonly ChannelReport[]
  /** The account, to write to somebody who did not write just now; `undefined` where it is not connected here. */
  readonly sendsOf: (address: ChannelAddress) => Sending | undefined
  /** The accounts of a channel, in the order of the configuration. */
  readonly accountsOf: (channel: ChannelName) => readonly AccountId[]
  /** The accounts that their platforms call. */
  readonly hooks: readonly Hook[]
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
    reports: () => running.map(({ supervised }) => reportOf(components, supervised)),
    ...senders(components, running),
    hooks: running.flatMap(({ supervised }) => hookOf(supervised)),
    ended: Promise.all(running.map(({ ended }) => ended)).then(() => {}),
  }
}

function senders(
  shared: ChannelsComponents,
  running: readonly Running[],
): Pick<Channels, 'sendsOf' | 'accountsOf'> {
  const all = running.map(({ supervised: { connection, report } }) => ({
    channel: connection.channel,
    account: connection.account,
    sending: {
      send: countedSend(connection, shared),
      isReady: () => report().state === 'connected',
    },
  }))
  return {
    sendsOf: ({ channel, account }) =>
      all.find((each) => each.channel === channel && each.account === account)?.sending,
    accountsOf: (channel) =>
      all.filter((each) => each.channel === channel).map(({ account }) => account),
  }
}

function reportOf({ recipients }: Shared, { connection, report }: Supervised): ChannelReport {
  const { webhook } = connection
  const unreachable = recipients.of(connection)
  return {
    ...report(),
    ...(webhook && { webhookPath: webhook.path }),
    ...(unreachable.length > 0 && { unreachable }),
  }
}

function hookOf({ connection, isRunning }: Supervised): readonly Hook[] {
  const { channel, account, webhook } = connection
  return webhook === undefined ? [] : [{ channel, account, ...webhook, isRunning }]
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
  const path = join(stateDir, channel, `handled-${account}.jsonl`)
  try {
    const work = await fileWorkLog(path, () => Date.now())
    return run(components, connection, work)
  } catch (error) {
    // What nobody can note down is not taken in; the other accounts are not concerned.
    const reason = new Error(`${path} cannot be used: ${inWords(error)}`)
    return run(components, neverConnects(connection, reason), NO_WORK)
  }
}

const NO_WORK: WorkLog = {
  begin: () => Promise.reject(new Error('there is no log of work')),
  mark: () => Promise.reject(new Error('there is no log of work')),
  close: () => Promise.resolve(),
}

function run(
  components: ChannelsComponents,
  connection: ChannelConnection,
  work: WorkLog,
): Running {
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
  components: ChannelsComponents,
  { connection, report }: Supervised,
): Promise<void> {
  const { pairing, complain, signal } = components
  const { channel, account } = connection
  return noticeRunner(
    { people: pairing.people, store: pairing.store, send: countedSend(connection, components) },
    {
      address: { channel, account },
      ready: () => report().state === 'connected',
      onError: (error) =>
        complain('error', 'notices-failed', { channel, account, reason: inWords(error) }),
    },
    signal,
  )
}
