import { ROWS_LOOKED_BACK } from './limits.ts'
import { encodeMark, type Mark, type Progress, progress } from './progress.ts'
import type { Living } from './shared.ts'

/** Where this imsg goes on; a new account begins with what comes next. */
export async function startOf(
  { shared, host, inbox, reading }: Living,
  newest: number | undefined,
): Promise<Progress> {
  const isNew = reading.mark === undefined
  const now = shared.options.clock.now()
  const mark = reading.mark ?? { row: rowOf(newest), id: newest ?? 0, since: now }
  const move = (to: Pick<Mark, 'row' | 'id'>): void => {
    reading.mark = { ...mark, ...to }
    inbox.mark(encodeMark(reading.mark))
  }
  const at = reading.progress ?? progress(mark, move)
  reading.progress = at
  if (isNew) {
    move(mark)
    // A crash in the next moment must not forget what comes after it.
    await inbox.save()
  }
  if (newest === undefined || !isReplaced(at, newest)) return at
  host.log('warn', 'imsg-database-replaced', { newestRow: newest })
  at.restart(newest > ROWS_LOOKED_BACK ? newest - ROWS_LOOKED_BACK : -1)
  return at
}

/** An empty database is read from its first row on; where nobody knows, what comes next is the first. */
function rowOf(newest: number | undefined): number {
  if (newest === undefined) return 0
  return newest === 0 ? -1 : newest
}

/** Rows are numbered upwards: where the newest is older than what was read, these are not the same rows. */
export function isReplaced({ newestId }: Progress, newest: number | undefined): boolean {
  return newest !== undefined && newest < newestId()
}
