import { setTimeout as sleep } from 'node:timers/promises'
import { type EventsConfig, isChosenEvent } from '@openclaw/pairing-config'
import type { ChannelLog, Clock, JournalEntry, Seq } from '@openclaw/pairing-contracts'
import { requestId, signedRequest, type WebhookPayload } from '../webhook/signed-request.ts'
import type { CursorKeeper } from './cursor-keeper.ts'
import type { Courier, Told } from './deliver.ts'
import { entryEvent } from './entry-event.ts'
import type { Counted } from './figures.ts'
import { gapEvent } from './gap-event.ts'
import { PASSED_AT_ONCE, REST_MS } from './limits.ts'
import { type EventStore, type Gap, gapAfter } from './standing.ts'

/** What tells the journal. */
export interface Teller {
  readonly config: Pick<EventsConfig, 'events' | 'secret'>
  readonly store: EventStore
  readonly keeper: CursorKeeper
  readonly courier: Courier
  readonly clock: Clock
  readonly count: (what: keyof Counted) => void
  readonly log: ChannelLog
  readonly stopping: AbortSignal
}

/**
 * Tells every chosen entry after the one where we stand, and then what happens, until `stopping` aborts.
 *
 * @throws what the store throws; begin again then
 */
export async function tellJournal(teller: Teller): Promise<void> {
  const { store, keeper, courier, config, stopping } = teller
  const gap = await gapAfter(store, keeper.current())
  if (gap !== undefined && (await tellGap(teller, gap)) === 'stopped') return
  let passed = 0
  for await (const entry of store.changes(keeper.current().seq as Seq, stopping)) {
    const { seq, time } = entry
    if (isChosenEvent(config.events, entry.action)) {
      const told = toldOf(teller, entry)
      if ((await courier.deliver(async () => told)) === 'stopped') return
      await keeper.set({ seq, time })
      continue
    }
    await keeper.pass({ seq, time })
    passed += 1
    if (passed % PASSED_AT_ONCE === 0) await rest(teller)
  }
}

/** Reading back the journal takes the whole process for moments; others get their turn in between. */
async function rest({ stopping }: Teller): Promise<void> {
  await sleep(REST_MS, undefined, { signal: stopping }).catch(() => {})
}

/** Tells that entries are missing, and goes on behind them. What is missing grows while the receiver is down. */
export async function tellGap(teller: Teller, first: Gap): Promise<'told' | 'stopped'> {
  const { store, keeper, courier, count, log } = teller
  log('warn', 'events-skipped', loggedGap(first))
  let gap = first
  const outcome = await courier.deliver(async () => {
    gap = (await gapAfter(store, keeper.current())) ?? gap
    return toldOfGap(teller, gap)
  })
  if (outcome === 'stopped') return 'stopped'
  count('skipped')
  await keeper.set(gap.next)
  return 'told'
}

function toldOf(teller: Teller, entry: JournalEntry): Told {
  const { seq, time, action } = entry
  return { ...request(teller, `${String(seq)}/${String(time)}`, entryEvent(entry)), action, seq }
}

function toldOfGap(teller: Teller, gap: Gap): Told {
  const { reason, from, to, since, next } = gap
  const key = ['skipped', reason, from, to, since, next.seq].map(String).join('/')
  const event = gapEvent(gap, teller.clock.now())
  return { ...request(teller, key, event), action: event.type, seq: next.seq }
}

/** The receiver may serve several gateways: our `source` keeps their ids apart. */
function request({ config, keeper }: Teller, key: string, payload: WebhookPayload) {
  const id = requestId('evt', `${keeper.current().source}/${key}`)
  return { request: signedRequest(id, payload, config.secret) }
}

function loggedGap({ reason, from, to }: Gap): Readonly<Record<string, string | number>> {
  const range = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
  return { reason, ...range, note: 'the receiver is told so once' }
}
