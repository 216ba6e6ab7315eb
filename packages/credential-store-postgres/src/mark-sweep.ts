import type { Context } from './context.ts'
import { MARKS_KEPT, MARKS_KEPT_MS, SWEEP_MARKS } from './limits.ts'
import type { Statement } from './link.ts'
import type { SideLink } from './side-link.ts'

/** Takes old marks away, from the first that is noted here. */
export interface MarkSweeper {
  /** Something of this name was noted. */
  readonly noted: (name: string) => void
  readonly stop: () => Promise<void>
}

/** What it works with. */
interface SweepParts {
  readonly context: Context
  readonly side: SideLink
}

/** Sweeps at intervals, only where something was noted meanwhile; several replicas may at once. */
export function sweepMarks(parts: SweepParts): MarkSweeper {
  const names = new Set<string>()
  const state: SweepState = { timer: undefined, running: undefined, stopped: false }
  const tick = (): void => {
    if (state.running !== undefined || names.size === 0) return
    const some = [...names]
    names.clear()
    state.running = sweep(parts, some, () => state.stopped)
      // what fails now is swept when more is noted
      .catch(() => undefined)
      .finally(() => {
        state.running = undefined
      })
  }
  return {
    noted: (name) => {
      if (state.stopped) return
      names.add(name)
      state.timer ??= setInterval(tick, parts.context.timing.sweepEveryMs)
      state.timer.unref()
    },
    stop: async () => {
      state.stopped = true
      clearInterval(state.timer)
      await state.running
    },
  }
}

interface SweepState {
  timer: ReturnType<typeof setInterval> | undefined
  running: Promise<void> | undefined
  stopped: boolean
}

async function sweep(
  { context, side }: SweepParts,
  names: readonly string[],
  isOver: () => boolean,
): Promise<void> {
  for (const statement of [ageText(context), ...names.map((name) => numberText(context, name))]) {
    let gone = SWEEP_MARKS
    while (gone === SWEEP_MARKS && !isOver()) {
      gone = (await side.run((session) => session.rows(statement))).length
    }
  }
}

/** What another replica is at is left to it. */
const SOME = `LIMIT ${String(SWEEP_MARKS)} FOR UPDATE SKIP LOCKED`

function ageText({ names: { marks } }: Context): Statement {
  const text = `DELETE FROM ${marks} m USING (SELECT name, key FROM ${marks}
      WHERE at < pg_catalog.clock_timestamp() - interval '${String(MARKS_KEPT_MS)} milliseconds' ${SOME}) old
    WHERE m.name = old.name AND m.key = old.key RETURNING 1`
  return { text }
}

function numberText({ names: { marks } }: Context, name: string): Statement {
  const text = `DELETE FROM ${marks} m USING (SELECT name, key FROM ${marks} WHERE name = $1 AND at <=
      (SELECT at FROM ${marks} WHERE name = $1 ORDER BY at DESC OFFSET ${String(MARKS_KEPT)} LIMIT 1) ${SOME}) old
    WHERE m.name = old.name AND m.key = old.key RETURNING 1`
  return { text, values: [name] }
}
