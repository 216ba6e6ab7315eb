import type { NodePairing } from '@openclaw/pairing/node'
import type { ChannelStatus } from '@openclaw/pairing-contracts'
import type { Unreachable } from './channels/recipients.ts'
import { whyNotWritable } from './machine/room.ts'

/** How one account is doing. */
export interface ChannelReport extends ChannelStatus {
  readonly channel: string
  readonly account: string
  /** Where its platform calls; absent where it does not. */
  readonly webhookPath?: string
  /** Who could not be written to lately; absent for nobody. Ids of people: for the owner alone. */
  readonly unreachable?: readonly Unreachable[]
}

/** Whether the gateway can do its work, and why not. */
export interface Readiness {
  readonly ready: boolean
  /** Whether it can let people and devices in, whatever becomes of channels: what a balancer asks. */
  readonly letsIn: boolean
  readonly reasons: readonly string[]
  readonly channels: readonly ChannelReport[]
}

/** What {@link readinessOf} looks at. */
export interface ReadinessComponents {
  readonly pairing: NodePairing
  readonly channels: () => readonly ChannelReport[]
  readonly isStopping: () => boolean
}

/** Looks at the store, the disk and the channels, now. */
export async function readinessOf({
  pairing,
  channels,
  isStopping,
}: ReadinessComponents): Promise<Readiness> {
  const reports = channels()
  const down = reports
    .filter(({ state }) => state !== 'connected' && state !== 'standby')
    .map(({ channel, account, state, lastError }) =>
      [`${channel} (${account}) is ${state}`, lastError].filter(Boolean).join(': '),
    )
  const own = [
    ...(isStopping() ? ['the gateway is stopping'] : []),
    ...[await whyNotReadable(pairing), await whyNotWritable(pairing.config().paths.stateDir)],
  ].filter((reason) => reason !== undefined)
  const reasons = [...own, ...down]
  return {
    ready: reasons.length === 0,
    letsIn: own.length === 0,
    reasons,
    channels: reports,
  }
}

async function whyNotReadable({ people, backend }: NodePairing): Promise<string | undefined> {
  try {
    const { state, error } = backend.store.health()
    if (state !== 'ok') return [`the store is ${state}`, error?.message].filter(Boolean).join(': ')
    await people.list({ kind: 'system', part: 'readiness' })
    return undefined
  } catch (error) {
    return `the store cannot answer: ${error instanceof Error ? error.message : 'unknown'}`
  }
}
