import { setTimeout as sleep } from 'node:timers/promises'
import type { Lease } from '@openclaw/credential-store-postgres'
import type { ChannelStatus } from '@openclaw/pairing-contracts'
import type { ForwardHook } from '../http/hooks/forward.ts'
import { HOLDER_LOOK_MS } from '../limits.ts'
import type { ChannelReport } from '../readiness.ts'
import type { Account } from './account.ts'
import type { Elsewhere } from './elsewhere.ts'
import { leaseNameOf } from './lease-name.ts'
import type { ChannelsComponents, RunningConnection } from './run-connection.ts'
import type { SharedState } from './shared-state.ts'

/** What accounts of several gateways work with. */
export interface InTurnComponents extends ChannelsComponents {
  readonly shared: SharedState
  /** Hands what a platform brought to whichever gateway has the account. */
  readonly forward: ForwardHook
  readonly elsewhere: Pick<Elsewhere, 'has'>
}

/** How an account stands at one of several gateways. */
export interface Turns {
  readonly components: InTurnComponents
  readonly account: Account
  /** The connection, while it is here. */
  here: { readonly lease: Lease; readonly running: RunningConnection } | undefined
  /** While it is not. */
  status: ChannelStatus
  /** Why it failed here last, so that the same is said once. */
  complaint: string | undefined
}

/** As the connection says while it is ours; one that is being ended is not. */
export function reportOf({ account: { channel, account }, here, status }: Turns): ChannelReport {
  if (here?.lease.isHeld()) return here.running.report()
  return { channel, account, ...status }
}

/** Takes the state; what is known from before stays. */
export function enter(
  turns: Turns,
  state: ChannelStatus['state'],
  known: Partial<ChannelStatus> = {},
): void {
  const { status, components } = turns
  const since = status.state === state ? status.since : components.pairing.clock.now()
  turns.status = { ...status, ...known, state, since }
}

/** Says who has the account while this gateway waits for it, until `signal` aborts. Never rejects. */
export async function beforeTurn(turns: Turns, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (await isElsewhere(turns)) {
      if (!signal.aborted) standBy(turns)
      return
    }
    await pause(HOLDER_LOOK_MS, signal)
  }
}

/** Leaves the account to the other gateways for so long, and says why. Never rejects. */
export async function rest(turns: Turns, reason: string, ms: number): Promise<void> {
  const { signal, log, pairing } = turns.components
  const { channel, account } = turns.account
  const lastErrorAt = pairing.clock.now()
  enter(turns, 'failed', { lastError: reason, lastErrorAt })
  if (reason !== turns.complaint)
    log('error', 'channel-failed', { channel, account, reason, note: NOTE })
  turns.complaint = reason
  const end = performance.now() + ms
  while (!signal.aborted && performance.now() < end) {
    await pause(Math.min(HOLDER_LOOK_MS, Math.max(1, end - performance.now())), signal)
    if (signal.aborted) return
    if (await isElsewhere(turns)) standBy(turns)
    else enter(turns, 'failed')
  }
  enter(turns, 'starting')
}

const NOTE =
  'the other channels go on; other gateways may try at once, this one tries again after a while'

function standBy(turns: Turns): void {
  const { channel, account } = turns.account
  if (turns.status.state !== 'standby') {
    turns.components.log('info', 'account-elsewhere', { channel, account })
  }
  enter(turns, 'standby')
}

/** Whether another gateway has the account; while that cannot be known, nobody does. */
async function isElsewhere({ account, components: { shared } }: Turns): Promise<boolean> {
  const holder = await shared.leases.holderOf(leaseNameOf(account)).catch(() => undefined)
  return holder !== undefined && holder.replica !== shared.replicas.id
}

/** Waits; not longer than `signal` lets. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {})
}
