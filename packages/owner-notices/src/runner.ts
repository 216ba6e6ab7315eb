import { type Waker, waker } from '@openclaw/pairing-channel-kit'
import type { EpochMs } from '@openclaw/pairing-contracts'
import type { OwnerNoticesComponents, OwnerNoticesOptions } from './components.ts'
import { isSameOwner, ownerKeyOf } from './keys.ts'
import { AT_ONCE, MAKER_FIRST_MS, POLL_MS, READY_MS, TIDY_MS } from './limits.ts'
import { recordsOf } from './outbox.ts'
import { planNext } from './plan.ts'
import { type Teller, tellNext } from './tell.ts'
import { tidyNotices } from './tidy.ts'
import type { OwnerRef, Waiting } from './types.ts'
import { ownersNow, waitingNow } from './waiting.ts'
import { watchRequests } from './watch.ts'
import { wayTo } from './way.ts'

/**
 * Tells owners of everybody who waits, wherever the request was made and whoever else runs, until `signal` aborts;
 * settles when nothing is sent any more. The journal wakes it; a slow poll stands behind it. Never rejects.
 */
export async function ownerNotices(
  components: OwnerNoticesComponents,
  options: OwnerNoticesOptions,
  signal: AbortSignal,
): Promise<void> {
  const wake = waker(signal)
  const watching = watchRequests(components.store, { wake: wake.now, ...options }, signal)
  const run: Run = { components, options, signal, wake, busy: new Map(), tidiedAt: undefined }
  while (!signal.aborted) {
    const pause = await look(run).catch((error: unknown) => {
      options.onError(error)
      return POLL_MS
    })
    await wake.next(pause)
  }
  await Promise.all([...run.busy.values(), watching])
}

interface Run {
  readonly components: OwnerNoticesComponents
  readonly options: OwnerNoticesOptions
  readonly signal: AbortSignal
  readonly wake: Waker
  /** Owners who are being told, so that a slow send holds up nobody else. */
  readonly busy: Map<string, Promise<void>>
  tidiedAt: EpochMs | undefined
}

/** Begins what can be told now; answers how long to wait, in ms. */
async function look(run: Run): Promise<number> {
  const { components, busy } = run
  const now = components.clock.now()
  const owners = await ownersNow(components)
  const waiting = await waitingNow(components)
  await tidy(run, waiting, now)
  const situationOf = situations(components, owners)
  let pause = POLL_MS
  for (const owner of owners) {
    if (busy.has(ownerKeyOf(owner))) continue
    const records = recordsOf(components.store, owner)
    const { next, wakeAt } = planNext({ ...situationOf(owner, waiting), records, now })
    if (wakeAt !== undefined) pause = Math.min(pause, Math.max(1, wakeAt - now))
    if (next === undefined) continue
    if (!isReady(components, owner)) pause = Math.min(pause, READY_MS)
    else if (busy.size < AT_ONCE) begin(run, { ...run, situationOf }, owner)
  }
  return pause
}

function isReady(components: OwnerNoticesComponents, owner: OwnerRef): boolean {
  const way = wayTo(components, owner)
  return !('sending' in way) || way.sending.isReady()
}

/** Tells one owner everything that can be told now, and then makes room for another. */
function begin(run: Run, teller: Teller, owner: OwnerRef): void {
  const { signal, busy, wake, options } = run
  const key = ownerKeyOf(owner)
  const tell = async (): Promise<void> => {
    try {
      while (!signal.aborted && (await tellNext(teller, owner)));
    } catch (error) {
      options.onError(error)
      // What failed would fail again at once.
      await waker(signal).next(POLL_MS)
    }
    busy.delete(key)
    wake.now()
  }
  busy.set(key, tell())
}

async function tidy(run: Run, waiting: readonly Waiting[], now: EpochMs): Promise<void> {
  const { components, tidiedAt } = run
  if (tidiedAt !== undefined && Math.abs(now - tidiedAt) < TIDY_MS) return
  run.tidiedAt = now
  const { store, channels } = components
  await tidyNotices(
    { store, now },
    {
      waiting: new Set(waiting.map(({ request }) => request.requestId)),
      dropsSecond: ({ channel }) => channels(channel)?.idempotentSend ?? false,
    },
  )
}

/** Puts together what {@link planNext} must know of an owner. */
function situations(
  components: OwnerNoticesComponents,
  owners: readonly OwnerRef[],
): Teller['situationOf'] {
  return (owner, waiting) => ({
    owner,
    waiting,
    placeAt: components.placeOf(owner)?.at,
    from: (each) => tellFrom(each, owner, { components, owners }),
  })
}

/** Whoever made the setup code hears of its device first; the others when that was in vain or nothing came of it. */
function tellFrom(
  each: Waiting,
  owner: OwnerRef,
  known: { readonly components: OwnerNoticesComponents; readonly owners: readonly OwnerRef[] },
): number {
  const maker = each.about === 'device' ? each.maker : undefined
  if (maker === undefined || isSameOwner(maker, owner)) return 0
  if (!known.owners.some((other) => isSameOwner(other, maker))) return 0
  const told = recordsOf(known.components.store, maker).get(each.request.requestId)
  const isInVain = told !== undefined && VAIN.has(told.state)
  return isInVain ? 0 : each.request.createdAt + MAKER_FIRST_MS
}

const VAIN: ReadonlySet<string> = new Set(['failed', 'unknown', 'unsupported'])
