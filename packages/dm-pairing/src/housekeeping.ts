import type {
  ChannelAddress,
  EpochMs,
  SenderAddress,
  Transaction,
} from '@openclaw/pairing-contracts'
import type { AccountMemory } from './account-memory.ts'
import { HOUSEKEEPING } from './actors.ts'
import { isRemembered } from './attempts.ts'
import { ATTEMPTS, COUNTERS, RESTS } from './collections.ts'
import { type Counted, restoreCounted, takeCounted, writeCounted } from './counters.ts'
import { isOver, isResting } from './expiry.ts'
import { grantEnds } from './grant-ends.ts'
import {
  ATTEMPTS_SCOPE,
  accountKeyOf,
  parseAccountKey,
  prefixOf,
  scopeOf,
  splitKey,
} from './keys.ts'
import { COUNTER_LIFE_MS, SETTLED_LIFE_MS, SLOW_SCAN_MS } from './limits.ts'
import { needsTending, tendNotices } from './notices.ts'
import type { Parts } from './parts.ts'
import { endGrant, pruneSettled, settleExpired } from './settle.ts'

/** How urgent it is: `closing` writes what was counted although its time has not come. */
export type HousekeepingTime = 'due' | 'closing'

/** Tidies up, one run at a time; whoever calls during a run gets that run, `closing` runs once more after it. */
export function housekeeperOf(parts: Parts): (when: HousekeepingTime) => Promise<void> {
  let running: Promise<void> | undefined
  let scannedAt: EpochMs | undefined
  const grants = grantEnds(parts)
  const run = async (when: HousekeepingTime): Promise<void> => {
    const [damaged] = await (when === 'due' ? grants.follow() : grants.follow(1))
    const now = parts.clock.now()
    const slow = scannedAt === undefined || Math.abs(now - scannedAt) >= SLOW_SCAN_MS
    const stale = slow ? staleAddresses(parts, now) : []
    await tidyAll(parts, { now, when, ended: grants.over(now), stale })
    if (slow) await forgetAttempts(parts, now)
    if (slow) scannedAt = now
    if (damaged) throw damaged
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
  /** Senders whose grant has ended. */
  readonly ended: readonly SenderAddress[]
  readonly stale: readonly ChannelAddress[]
}

/** What is to be done for one account. */
interface Job {
  readonly address: ChannelAddress
  readonly ended: SenderAddress[]
  counted?: { readonly memory: AccountMemory; readonly counted: Counted }
}

/** One transaction per account that needs one; the others go on when one fails, then the first failure is thrown. */
async function tidyAll(parts: Parts, round: Round): Promise<void> {
  const jobs = jobsOf(parts, round)
  const results = await Promise.allSettled(jobs.map((job) => tidy(parts, job)))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

function jobsOf(parts: Parts, { now, when, ended, stale }: Round): readonly Job[] {
  const jobs = new Map<string, Job>()
  const jobOf = ({ channel, account }: ChannelAddress): Job => {
    const key = accountKeyOf({ channel, account })
    const job = jobs.get(key) ?? { address: { channel, account }, ended: [] }
    jobs.set(key, job)
    return job
  }
  for (const { key, value } of parts.views.requests().entries('')) {
    const address = isOver(value, now) ? splitKey(key)?.address : undefined
    if (address) jobOf(address)
  }
  for (const address of stale) jobOf(address)
  for (const sender of ended) jobOf(sender).ended.push(sender)
  for (const memory of parts.memories.all()) {
    const counted = takeCounted(memory, now, when)
    if (counted) jobOf(memory.address).counted = { memory, counted }
  }
  return [...jobs.values()]
}

async function tidy(parts: Parts, { address, ended, counted: known }: Job): Promise<void> {
  try {
    await parts.store.transact(
      { scope: scopeOf(address), actor: HOUSEKEEPING, action: 'dm.housekeeping' },
      async (tx) => {
        if (known) await writeCounted(tx, known.memory, known.counted)
        await settleExpired(tx, address)
        await pruneSettled(tx, address)
        for (const sender of ended) await endGrant(tx, sender)
        await forgetQuiet(tx, address)
        await tendNotices(tx, address, { idempotentSend: parts.dropsSecondSend(address.channel) })
      },
    )
  } catch (error) {
    if (known) restoreCounted(known.memory, known.counted)
    throw error
  }
}

async function forgetQuiet(tx: Transaction, address: ChannelAddress): Promise<void> {
  for (const { key, value } of await tx.list(RESTS, prefixOf(address))) {
    if (!isResting(value, tx.now)) tx.remove(RESTS, key)
  }
  const counter = await tx.get(COUNTERS, accountKeyOf(address))
  const quiet = counter && tx.now - counter.lastAt >= COUNTER_LIFE_MS
  if (quiet) tx.remove(COUNTERS, accountKeyOf(address))
}

/** Accounts with something over that is not urgent, from memory alone. */
function staleAddresses(parts: Parts, now: EpochMs): readonly ChannelAddress[] {
  const { rests, notices, settled, counters } = parts.views
  const keys = [
    ...rests()
      .entries('')
      .filter(({ value }) => !isResting(value, now)),
    ...notices()
      .entries('')
      .filter(({ value }) => needsTending(value, now)),
    ...settled()
      .entries('')
      .filter(({ value }) => now - value.at > SETTLED_LIFE_MS),
  ].map(({ key }) => splitKey(key)?.address)
  const quiet = counters()
    .entries('')
    .filter(({ value }) => now - value.lastAt >= COUNTER_LIFE_MS)
    .map(({ key }) => parseAccountKey(key))
  return [...keys, ...quiet].filter((address) => address !== undefined)
}

/** Wrong codes of a day ago are forgotten. */
async function forgetAttempts(parts: Parts, now: EpochMs): Promise<void> {
  const old = parts.views
    .attempts()
    .entries('')
    .filter(({ value }) => !isRemembered(value, now))
  if (old.length === 0) return
  await parts.store.transact(
    { scope: ATTEMPTS_SCOPE, actor: HOUSEKEEPING, action: 'dm.housekeeping' },
    async (tx) => {
      for (const { key, value } of await tx.list(ATTEMPTS, '')) {
        if (!isRemembered(value, tx.now)) tx.remove(ATTEMPTS, key)
      }
    },
  )
}
