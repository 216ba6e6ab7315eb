import type { Webchat } from '@openclaw/channel-webchat'
import type { AccountId, ChannelAddress, ChannelName } from '@openclaw/pairing-contracts'
import type { Sending } from '@openclaw/pairing-owner-notices'
import { forwardHooks } from '../http/hooks/forward.ts'
import type { Hook } from '../http/hooks/hook.ts'
import type { ChannelReport } from '../readiness.ts'
import { type Account, connected, localCursor } from './account.ts'
import { accountsElsewhere } from './elsewhere.ts'
import { inTurn } from './in-turn.ts'
import { leaseNameOf } from './lease-name.ts'
import type { ChannelsComponents } from './run-connection.ts'
import type { RunningAccount } from './running-account.ts'
import { sharedStateOf, sharedWork } from './shared-state.ts'
import { steady, steadyWithFile } from './steady.ts'
import type { InTurnComponents } from './turns.ts'

export type { ChannelsComponents } from './run-connection.ts'

/** The accounts that are on. */
export interface Channels {
  readonly reports: () => readonly ChannelReport[]
  /** The account, to write to somebody who did not write just now; `undefined` where no gateway has it. */
  readonly sendsOf: (address: ChannelAddress) => Sending | undefined
  /** The accounts of a channel, in the order of the configuration. */
  readonly accountsOf: (channel: ChannelName) => readonly AccountId[]
  /** The accounts that their platforms call. */
  readonly hooks: readonly Hook[]
  /** Settles when every account has ended and nothing is written any more. */
  readonly ended: Promise<void>
}

/** Everything that is configured, not yet running. */
export interface Connections {
  /** `undefined` where the web chat is off. */
  readonly chat: Webchat | undefined
  readonly accounts: readonly Account[]
}

/** Runs every account: its messages go through the gate, and people are told when they were approved. */
export async function startChannels(
  components: ChannelsComponents,
  { chat, accounts }: Connections,
): Promise<Channels> {
  const shared = sharedStateOf(components.pairing)
  const own = [...(chat === undefined ? [] : [chat.connection]), ...accounts]
  const elsewhere = shared && accountsElsewhere(shared.replicas, own, () => performance.now())
  const running =
    shared === undefined || elsewhere === undefined
      ? await alone(components, { chat, accounts })
      : together({ ...components, shared, elsewhere }, { chat, accounts })
  const here = senders(running)
  return {
    reports: () => running.map((each) => reportOf(components, each)),
    sendsOf: (address) => here.sendsOf(address) ?? elsewhere?.sendsOf(address),
    accountsOf: (channel) => [
      ...new Set([...here.accountsOf(channel), ...(elsewhere?.accountsOf(channel) ?? [])]),
    ],
    hooks: running.flatMap(({ hook }) => hook ?? []),
    ended: Promise.all(running.map(({ ended }) => ended)).then(() => {}),
  }
}

/** Every connection is here. */
function alone(
  components: ChannelsComponents,
  { chat, accounts }: Connections,
): Promise<readonly RunningAccount[]> {
  const connections = [
    ...(chat === undefined ? [] : [chat.connection]),
    ...accounts.map((account) => connected(account, localCursor(account))),
  ]
  return Promise.all(connections.map((each) => steadyWithFile(components, each)))
}

/** Each account is connected at one of the gateways; the web chat, which is its own platform, is at all of them. */
function together(
  components: Omit<InTurnComponents, 'forward'>,
  { chat, accounts }: Connections,
): readonly RunningAccount[] {
  const { shared, signal } = components
  const { forward, serve } = forwardHooks(shared)
  const chats =
    chat === undefined
      ? []
      : [steady(components, chat.connection, sharedWork(shared, leaseNameOf(chat.connection)))]
  const running = [...chats, ...accounts.map((each) => inTurn({ ...components, forward }, each))]
  const end = serve(running.flatMap(({ hook }) => hook ?? []))
  signal.addEventListener('abort', end)
  return running
}

function senders(running: readonly RunningAccount[]): Pick<Channels, 'sendsOf' | 'accountsOf'> {
  return {
    sendsOf: ({ channel, account }) =>
      running.find((each) => each.channel === channel && each.account === account)?.sending,
    accountsOf: (channel) =>
      running.filter((each) => each.channel === channel).map(({ account }) => account),
  }
}

function reportOf(
  { recipients }: ChannelsComponents,
  { report, hook, channel, account }: RunningAccount,
): ChannelReport {
  const unreachable = recipients.of({ channel, account })
  return {
    ...report(),
    ...(hook && { webhookPath: hook.path }),
    ...(unreachable.length > 0 && { unreachable }),
  }
}
