import { setTimeout as sleep } from 'node:timers/promises'
import type { Lease, Leases } from '@openclaw/credential-store-postgres'
import { leaseCursor } from '../channels/lease-cursor.ts'
import { inWords } from '../channels/supervise.ts'
import { HOLDER_LOOK_MS } from '../limits.ts'
import { checkedUrl } from '../webhook/url.ts'
import { type EventsComponents, type RunningEvents, startEvents } from './events.ts'
import { type Counter, counter } from './figures.ts'
import { EVENTS_BEGIN_MS } from './limits.ts'

/** What {@link eventsInTurn} works with. */
export interface EventsInTurnComponents extends Omit<EventsComponents, 'counter' | 'isOurs'> {
  readonly leases: Pick<Leases, 'take' | 'holderOf'>
}

const NAME = 'events'

/**
 * The same as {@link startEvents} where several gateways share a store: one of them tells at a time, and whoever comes next goes on
 * where it was. `file` is how far this machine came while it was alone.
 *
 * @throws {@link WebhookUrlRefused}
 */
export async function eventsInTurn(components: EventsInTurnComponents): Promise<RunningEvents> {
  checkedUrl(components.config.url, 'pairing.events.url')
  const stopping = new AbortController()
  const turns: Turns = {
    ...{ components, stopping: stopping.signal, here: undefined },
    counter: counter(components.webhook.clock),
  }
  const begun = new AbortController()
  const ended = run(turns, () => begun.abort())
  await firstTurn(turns, begun.signal)
  return {
    figures: () =>
      turns.here?.figures() ?? { ...turns.counter.figures(undefined), isStandby: true },
    stop: async () => {
      stopping.abort()
      await turns.here?.stop()
      await ended
    },
  }
}

interface Turns {
  readonly components: EventsInTurnComponents
  readonly stopping: AbortSignal
  /** One for all turns: figures only grow. */
  readonly counter: Counter
  /** While it is this gateway that tells. */
  here: RunningEvents | undefined
}

/** What happens after the start is told: so the first turn is waited for, unless another gateway has it. */
async function firstTurn({ components, stopping }: Turns, begun: AbortSignal): Promise<void> {
  const holder = await components.leases.holderOf(NAME).catch(() => undefined)
  if (holder !== undefined) return
  const either = AbortSignal.any([begun, stopping])
  await sleep(EVENTS_BEGIN_MS, undefined, { signal: either }).catch(() => {})
}

async function run(turns: Turns, onBegun: () => void): Promise<void> {
  const { components, stopping } = turns
  let complaint: string | undefined
  while (!stopping.aborted) {
    try {
      const lease = await components.leases.take(NAME, stopping)
      if (lease !== undefined) await turn(turns, lease, onBegun)
      complaint = undefined
    } catch (error) {
      const reason = inWords(error)
      if (reason !== complaint) components.log('warn', 'events-not-followed', { reason })
      complaint = reason
      await sleep(HOLDER_LOOK_MS, undefined, { signal: stopping }).catch(() => {})
    }
  }
}

/** Tells until the lease ends or the gateway stops. */
async function turn(turns: Turns, lease: Lease, onBegun: () => void): Promise<void> {
  const { components, stopping, counter } = turns
  const { file: local, log } = components
  const over = AbortSignal.any([stopping, lease.ended])
  try {
    const file = leaseCursor(lease, { name: NAME, local })
    const here = await startEvents({ ...components, file, counter, isOurs: lease.isHeld })
    turns.here = here
    over.addEventListener('abort', () => void here.stop())
    onBegun()
    log('info', 'events-taken', { epoch: lease.epoch })
    await aborted(over)
    await here.stop()
  } finally {
    turns.here = undefined
    await lease.release()
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve())
  })
}
