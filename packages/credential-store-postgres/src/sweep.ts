import type { Context } from './context.ts'
import { SWEEP_EVENTS } from './limits.ts'
import type { Session } from './link.ts'
import type { SideLink } from './side-link.ts'
import { takeHead, undo } from './under-lock.ts'

/** Takes old entries out of the journal. */
export interface Sweeper {
  readonly stop: () => Promise<void>
}

/** What a sweeper works with. */
export interface SweepParts {
  readonly context: Context
  readonly side: SideLink
  readonly storeId: string
}

/** Sweeps at intervals; several replicas may, as each takes the head for it. */
export function sweepNowAndThen(parts: SweepParts): Sweeper {
  const state = { running: undefined as Promise<void> | undefined, stopped: false }
  const timer = setInterval(() => {
    // what fails now is swept the next time
    state.running ??= sweep(parts, () => state.stopped)
      .catch(() => undefined)
      .finally(() => {
        state.running = undefined
      })
  }, parts.context.timing.sweepEveryMs)
  timer.unref()
  return {
    stop: async () => {
      state.stopped = true
      clearInterval(timer)
      await state.running
    },
  }
}

/** A bounded number at a time, so that nobody waits long for the head. */
async function sweep({ context, side, storeId }: SweepParts, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const cut = await side.run((session) => cutOf(session, context))
    if (cut === undefined) return
    await side.run((session) => sweepTo(session, context, { cut, storeId }))
  }
}

/** The oldest entry that is to stay, at most {@link SWEEP_EVENTS} further; `undefined` when nothing is to go. */
async function cutOf(session: Session, { names, keep }: Context): Promise<number | undefined> {
  const text = `SELECT e.seq, h.seq, h.floor,
      extract(epoch FROM pg_catalog.clock_timestamp())::numeric * 1000::numeric - e.time::numeric
    FROM ${names.head} h, ${names.events} e
    WHERE e.seq >= h.floor ORDER BY e.seq LIMIT ${String(SWEEP_EVENTS + 1)}`
  const rows = (await session.rows({ text })).map((row) => row.map(Number))
  const stays = ([seq = 0, last = 0, , age = 0]: readonly number[]): boolean =>
    seq === last || (seq > last - keep.events && age <= keep.forMs)
  const [cut = 0, , floor = 0] = rows.find(stays) ?? rows.at(-1) ?? []
  return cut > floor ? cut : undefined
}

/** Each scope remembers the hash of its last entry that went: what is left can still be checked. */
async function sweepTo(
  session: Session,
  context: Context,
  { cut, storeId }: { readonly cut: number; readonly storeId: string },
): Promise<void> {
  const { events, scopes, head } = context.names
  const text = `WITH gone AS (
      DELETE FROM ${events} WHERE seq < $1 RETURNING scope, seq, hash
    ), last AS (
      SELECT DISTINCT ON (scope) scope, seq, hash FROM gone ORDER BY scope, seq DESC
    ), begun AS (
      UPDATE ${scopes} s SET start_seq = l.seq, start_hash = l.hash FROM last l
        WHERE s.scope = l.scope RETURNING 1
    )
    UPDATE ${head} SET floor = $1 WHERE floor < $1`
  try {
    await takeHead(session, context, { storeId })
    await session.rows({ text, values: [cut] })
    await session.script({ text: 'COMMIT' })
  } catch (error) {
    await undo(session)
    throw error
  }
}
