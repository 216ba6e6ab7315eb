import { bell, ValueRefused } from '@openclaw/credential-store/kit'
import { isOpenClawError, type Json, type ReplicaId } from '@openclaw/pairing-contracts'
import { ageOf, type Context, type Moment, momentOf } from './context.ts'
import { LeaseOver } from './errors.ts'
import { isPassing } from './failures.ts'
import { holderOf, listLeases } from './lease-holders.ts'
import type { Lease, Leases, LeaseTiming } from './lease-types.ts'
import { MAX_KEPT_LENGTH } from './limits.ts'
import type { Link } from './link.ts'
import { checkName } from './names.ts'

/** What leases work with. */
export interface LeaseParts {
  readonly context: Context
  /** A connection of their own: a renewal waits for nobody. */
  readonly link: Pick<Link, 'run'>
  /** For questions about leases. */
  readonly quick: Pick<Link, 'run'>
}

/**
 * Leases as rows: who holds one, and until when by the database's clock. A lock of a session would be lost behind a pooler, and
 * kept by a connection that only the server believes in.
 */
export function leasesOn(parts: LeaseParts): StoreLeases {
  const all = new Set<Lease>()
  const closing = new AbortController()
  return {
    take: async (name, signal) => {
      checkName(name, 'lease')
      const either = AbortSignal.any([signal, closing.signal])
      const given = await waitFor(parts, name, either)
      if (given === undefined) return undefined
      const lease = held(parts, given)
      all.add(lease)
      lease.ended.addEventListener('abort', () => all.delete(lease))
      return lease
    },
    holderOf: (name) => holderOf(parts, name),
    list: (prefix) => listLeases(parts, prefix),
    close: async () => {
      closing.abort()
      await Promise.all([...all].map((lease) => lease.release()))
    },
  }
}

/** The leases of a store. */
export interface StoreLeases extends Leases {
  /** Gives back what is held, and lets nobody wait any longer. */
  readonly close: () => Promise<void>
}

async function waitFor(
  parts: LeaseParts,
  name: string,
  signal: AbortSignal,
): Promise<Given | undefined> {
  while (!signal.aborted) {
    const given = await ask(parts, name)
    if (given !== undefined && !signal.aborted) return given
    if (given !== undefined) await giveBack(parts, given)
    else await bell().next(signal, parts.context.leaseTiming.askMs)
  }
  return undefined
}

/** A lease as the database gave it. */
interface Given {
  readonly name: string
  readonly holder: ReplicaId
  readonly epoch: number
  readonly kept: string | undefined
  /** When it was asked for: it lasts at least so long from then. */
  readonly sent: Moment
}

/** `undefined`: another has it, or nobody can be asked now. */
async function ask({ context, link }: LeaseParts, name: string): Promise<Given | undefined> {
  const holder = context.replicaId
  const sent = momentOf(context.ports)
  const text = `INSERT INTO ${context.names.leases} AS l (name, holder, epoch, until)
    VALUES ($1, $2, 1, ${untilText(context.leaseTiming)})
    ON CONFLICT (name) DO UPDATE SET holder = $2, epoch = l.epoch + 1, until = ${untilText(context.leaseTiming)}
      WHERE l.until <= pg_catalog.clock_timestamp()
    RETURNING epoch, kept`
  try {
    const [row] = await link.run((session) => session.rows({ text, values: [name, holder] }))
    if (row === undefined) return undefined
    const [epoch, kept] = row
    return { name, holder, epoch: Number(epoch), kept: (kept as string | null) ?? undefined, sent }
  } catch (error) {
    if (isOpenClawError(error) && mayMend(error)) return undefined
    throw error
  }
}

/** A standby may become the primary, and what is held up goes on. */
function mayMend(error: Parameters<typeof isPassing>[0]): boolean {
  return isPassing(error) || ['ERR_STORE_STANDBY', 'ERR_STORE_BUSY'].includes(error.code)
}

function untilText({ leaseMs }: LeaseTiming): string {
  return `pg_catalog.clock_timestamp() + interval '${String(leaseMs)} milliseconds'`
}

interface HeldState {
  confirmed: Moment
  kept: string | undefined
  timer: ReturnType<typeof setTimeout> | undefined
}

function held(parts: LeaseParts, given: Given): Lease {
  const { context } = parts
  const timing = context.leaseTiming
  const over = new AbortController()
  const state: HeldState = { confirmed: given.sent, kept: given.kept, timer: undefined }
  const leftMs = (): number =>
    timing.leaseMs - timing.marginMs - ageOf(state.confirmed, context.ports)
  const end = (): void => {
    clearTimeout(state.timer)
    over.abort()
  }
  const renewed = async (): Promise<void> => {
    const sent = momentOf(context.ports)
    const answer = await renew(parts, given)
    if (over.signal.aborted) return
    if (answer === 'renewed') state.confirmed = sent
    if (answer === 'lost' || leftMs() <= 0) end()
  }
  const again = (): void => {
    if (leftMs() <= 0) {
      end()
      return
    }
    const waitMs = Math.min(timing.renewMs, leftMs())
    state.timer = setTimeout(() => {
      // An answer that does not come must not keep the end away.
      void Promise.race([renewed(), bell().next(over.signal, Math.max(0, leftMs()))]).then(() => {
        if (!over.signal.aborted) again()
      })
    }, waitMs)
    state.timer.unref()
  }
  again()
  return leaseOf(parts, given, { state, over, end, isHeld: () => leftMs() > 0 })
}

function leaseOf(
  parts: LeaseParts,
  given: Given,
  {
    state,
    over,
    end,
    isHeld,
  }: {
    readonly state: HeldState
    readonly over: AbortController
    readonly end: () => void
    readonly isHeld: () => boolean
  },
): Lease {
  return {
    name: given.name,
    epoch: given.epoch,
    ended: over.signal,
    isHeld: () => {
      if (!over.signal.aborted && !isHeld()) end()
      return !over.signal.aborted
    },
    kept: () => (state.kept === undefined ? undefined : (JSON.parse(state.kept) as Json)),
    save: async (value) => {
      const text = JSON.stringify(value)
      if (text.length > MAX_KEPT_LENGTH) throw new ValueRefused('it is too long to be kept')
      if (await keep(parts, given, text)) {
        state.kept = text
        return
      }
      end()
      throw new LeaseOver(given.name)
    },
    release: async () => {
      const isGone = over.signal.aborted
      end()
      if (!isGone) await giveBack(parts, given)
    },
  }
}

/** `unknown`: nobody could be asked; the time that was given goes on running out. */
async function renew(
  { context, link }: LeaseParts,
  given: Given,
): Promise<'renewed' | 'lost' | 'unknown'> {
  const text = `UPDATE ${context.names.leases} SET until = ${untilText(context.leaseTiming)}
    WHERE name = $1 AND holder = $2 AND epoch = $3 RETURNING 1`
  try {
    const rows = await link.run((session) => session.rows({ text, values: valuesOf(given) }))
    return rows.length > 0 ? 'renewed' : 'lost'
  } catch {
    return 'unknown'
  }
}

/** Durable also where the database is told not to wait for its disk. */
async function keep({ context, link }: LeaseParts, given: Given, text: string): Promise<boolean> {
  const sql = `WITH durable AS (SELECT pg_catalog.set_config('synchronous_commit', 'on', true)
      WHERE pg_catalog.current_setting('synchronous_commit') = 'off')
    UPDATE ${context.names.leases} SET kept = $4
      WHERE name = $1 AND holder = $2 AND epoch = $3 AND (SELECT pg_catalog.count(*) FROM durable) >= 0
      RETURNING 1`
  const values = [...valuesOf(given), text]
  const rows = await link.run((session) => session.rows({ text: sql, values }))
  return rows.length > 0
}

/** Whoever waits has it at once; where nobody can be asked it runs out. */
async function giveBack({ context, link }: LeaseParts, given: Given): Promise<void> {
  const text = `UPDATE ${context.names.leases} SET until = '-infinity'
    WHERE name = $1 AND holder = $2 AND epoch = $3`
  await link.run((session) => session.rows({ text, values: valuesOf(given) })).catch(() => {})
}

function valuesOf({ name, holder, epoch }: Given): readonly unknown[] {
  return [name, holder, epoch]
}
