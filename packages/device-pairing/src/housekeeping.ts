import type { EpochMs, Transaction } from '@openclaw/pairing-contracts'
import { EXPIRY, HOUSEKEEPING } from './actors.ts'
import { COUNTERS, type CounterRecord, DEVICES, REQUESTS } from './collections.ts'
import { ALL, together } from './counters.ts'
import { shownDescription } from './description.ts'
import { REMOVED, RESTS } from './ended-records.ts'
import { isOver, isResting } from './expiry.ts'
import { optional } from './fields.ts'
import { parseRoleKey } from './keys.ts'
import {
  COUNTER_LIFE_MS,
  FLUSH_INTERVAL_MAX_MS,
  FLUSH_INTERVAL_MS,
  MAX_ADDRESS,
  MAX_REMOVED,
  SEEN_BATCH,
  SEEN_INTERVAL_MS,
  SETTLED_LIFE_MS,
  SLOW_SCAN_MS,
} from './limits.ts'
import type { Visit } from './memory.ts'
import { intentOf, type Parts } from './parts.ts'
import { waitingRecord } from './retries.ts'
import { pruneSettled, settleExpired } from './settle.ts'
import { expireSetupCodes, forgettable, hasRunOut, pruneSetupCodes } from './setup-ends.ts'

/** How urgent it is: `closing` writes what was counted although its time has not come. */
export type HousekeepingTime = 'due' | 'closing'

/** Tidies up, one run at a time; whoever calls during a run gets that run, `closing` runs once more after it. */
export function housekeeperOf(parts: Parts): (when: HousekeepingTime) => Promise<void> {
  let running: Promise<void> | undefined
  let scannedAt: EpochMs | undefined
  const run = async (when: HousekeepingTime): Promise<void> => {
    const now = parts.clock.now()
    const slow = scannedAt === undefined || Math.abs(now - scannedAt) >= SLOW_SCAN_MS
    await tidy(parts, { now, when, slow })
    await tidySetupCodes(parts, now)
    await writeVisits(parts, now, when)
    if (slow) scannedAt = now
  }
  const begin = (when: HousekeepingTime): Promise<void> => {
    running = run(when).finally(() => {
      running = undefined
    })
    return running
  }
  return async (when) => {
    const before = running
    if (before === undefined) return begin(when)
    if (when === 'due') return before
    await before.catch(() => undefined)
    return begin(when)
  }
}

interface Round {
  readonly now: EpochMs
  readonly when: HousekeepingTime
  readonly slow: boolean
}

/** What was only counted, taken out of memory to be written. */
interface Counted {
  readonly retries: ReadonlyMap<string, EpochMs>
  readonly turnedAway: CounterRecord | undefined
}

async function tidy(parts: Parts, round: Round): Promise<void> {
  const counted = takeCounted(parts, round)
  const over = hasExpired(parts, round.now) || (round.slow && hasStale(parts, round.now))
  if (counted === undefined && !over) return
  try {
    await parts.store.transact(intentOf(HOUSEKEEPING, 'device.housekeeping'), async (tx) => {
      if (counted) await writeCounted(tx, counted)
      await settleExpired(parts, tx)
      await pruneSettled(tx)
      await forgetQuiet(tx)
    })
  } catch (error) {
    if (counted) restoreCounted(parts, counted)
    throw error
  }
}

async function tidySetupCodes({ store, views }: Parts, now: EpochMs): Promise<void> {
  const codes = views.setupCodes().entries('')
  const isDue = codes.some(({ value }) => hasRunOut(value, now))
  if (!isDue && forgettable(codes, now).length === 0) return
  await store.transact(intentOf(EXPIRY, 'setup.expire'), async (tx) => {
    tx.note({ setupIds: await expireSetupCodes(tx) })
    await pruneSetupCodes(tx)
  })
}

/** At most every 5 s, while it goes on every 10 s, 20 s and 30 s. */
function takeCounted({ memory }: Parts, { now, when }: Round): Counted | undefined {
  const nothing = memory.turnedAway === undefined && memory.retries.size === 0
  const waits = now < memory.flushAt && memory.flushAt - now <= FLUSH_INTERVAL_MAX_MS
  if (nothing || (waits && when === 'due')) return undefined
  const goesOn = now - memory.flushAt < memory.flushDelay
  memory.flushDelay = goesOn
    ? Math.min(memory.flushDelay * 2, FLUSH_INTERVAL_MAX_MS)
    : FLUSH_INTERVAL_MS
  memory.flushAt = now + memory.flushDelay
  const counted = { retries: new Map(memory.retries), turnedAway: memory.turnedAway }
  memory.turnedAway = undefined
  return counted
}

function restoreCounted({ memory }: Parts, { turnedAway }: Counted): void {
  memory.turnedAway = together(turnedAway, memory.turnedAway)
}

/** Retries stay in memory until they are written: a request must not look over in between. */
async function writeCounted(tx: Transaction, { retries, turnedAway }: Counted): Promise<void> {
  const sum = together(await tx.get(COUNTERS, ALL), turnedAway)
  if (sum && turnedAway) tx.put(COUNTERS, ALL, sum)
  for (const { key, value } of await tx.list(REQUESTS, '')) {
    const lastAskedAt = retries.get(value.requestId) ?? value.lastAskedAt
    if (lastAskedAt > value.lastAskedAt) tx.put(REQUESTS, key, { ...value, lastAskedAt })
  }
}

function hasExpired(parts: Parts, now: EpochMs): boolean {
  const requests = parts.views.requests().entries('')
  forgetRetries(parts, new Map(requests.map(({ value }) => [value.requestId, value.lastAskedAt])))
  return requests.some(({ value }) => isOver(waitingRecord(parts, value), now))
}

/** What was written, or belongs to no request any more. */
function forgetRetries({ memory }: Parts, written: ReadonlyMap<string, EpochMs>): void {
  for (const [requestId, at] of memory.retries) {
    const known = written.get(requestId)
    if (known === undefined || known >= at) memory.retries.delete(requestId)
  }
}

function hasStale({ views }: Parts, now: EpochMs): boolean {
  const quiet = views.counters().get(ALL)
  return (
    (quiet !== undefined && now - quiet.lastAt >= COUNTER_LIFE_MS) ||
    views
      .rests()
      .entries('')
      .some(({ value }) => !isResting(value, now)) ||
    views
      .settled()
      .entries('')
      .some(({ value }) => now - value.at > SETTLED_LIFE_MS) ||
    views.removed().entries('').length > MAX_REMOVED
  )
}

async function forgetQuiet(tx: Transaction): Promise<void> {
  const counter = await tx.get(COUNTERS, ALL)
  if (counter && tx.now - counter.lastAt >= COUNTER_LIFE_MS) tx.remove(COUNTERS, ALL)
  for (const { key, value } of await tx.list(RESTS, '')) {
    if (!isResting(value, tx.now)) tx.remove(RESTS, key)
  }
  const removed = await tx.list(REMOVED, '')
  if (removed.length <= MAX_REMOVED) return
  const newestFirst = [...removed].sort((a, b) => b.value.at - a.value.at)
  for (const { key } of newestFirst.slice(MAX_REMOVED)) tx.remove(REMOVED, key)
}

/** When devices were seen last, many in one transaction; what could not be written waits for the next time. */
async function writeVisits(parts: Parts, now: EpochMs, when: HousekeepingTime): Promise<void> {
  const { memory } = parts
  const waits = now < memory.visitsAt && memory.visitsAt - now <= SEEN_INTERVAL_MS
  if (memory.visits.size === 0 || (waits && when === 'due')) return
  memory.visitsAt = now + SEEN_INTERVAL_MS
  const visits = [...memory.visits]
  for (let at = 0; at < visits.length; at += SEEN_BATCH) {
    const batch = visits.slice(at, at + SEEN_BATCH)
    await parts.store.transact(intentOf(HOUSEKEEPING, 'device.seen'), async (tx) => {
      for (const [key, visit] of batch) await writeVisit(tx, key, visit)
    })
    for (const [key, visit] of batch) {
      if (memory.visits.get(key) === visit) memory.visits.delete(key)
    }
  }
}

async function writeVisit(tx: Transaction, key: string, visit: Visit): Promise<void> {
  const deviceId = parseRoleKey(key)?.deviceId ?? ''
  const record = deviceId === '' ? undefined : await tx.get(DEVICES, deviceId)
  const grant = record?.grants[visit.role]
  if (!record || !grant || visit.at <= (grant.lastUsedAt ?? 0)) return
  tx.put(DEVICES, deviceId, {
    ...record,
    description: shownDescription(visit.description),
    grants: { ...record.grants, [visit.role]: { ...grant, lastUsedAt: visit.at } },
    lastSeenAt: Math.max(visit.at, record.lastSeenAt ?? 0) as EpochMs,
    ...optional('address', visit.address?.slice(0, MAX_ADDRESS) ?? record.address),
  })
}
