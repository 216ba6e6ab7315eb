import { UsageError } from '../errors.ts'
import { swap } from './mend.ts'

const UNITS: Readonly<Record<string, number>> = {
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}
const SPAN = /^(\d{1,6})\s*(m|min|h|d|w)$/
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?$/
const LONGEST_MS = 3_650 * 86_400_000
const SHORTEST_MS = 60_000

/**
 * Reads what a person gives to `--expires`: `30m`, `2h`, `7d`, `4w`, a day (its end, local time) or a moment in ISO 8601.
 *
 * @returns ms from `now`, one minute to ten years
 * @throws {@link UsageError} when it is none of these, over already, or out of that range
 */
export function readExpires(typed: string, now: number): number {
  const left = spanOf(typed) ?? momentOf(typed, 'end') - now
  if (Number.isNaN(left)) throw notTime('--expires', typed)
  if (left <= 0) throw new UsageError(`--expires ${typed} is over already`)
  if (left >= SHORTEST_MS && left <= LONGEST_MS) return left
  throw new UsageError(`--expires ${typed} is not between a minute and ten years`, {
    hint: 'leave --expires out for no end',
  })
}

/**
 * Reads what a person gives to `--since`: a span back from `now`, a day (its beginning, local time) or a moment.
 *
 * @returns ms since 1970
 * @throws {@link UsageError} when it is none of these
 */
export function readSince(typed: string, now: number): number {
  const back = spanOf(typed)
  const at = back === undefined ? momentOf(typed, 'start') : now - back
  if (Number.isNaN(at)) throw notTime('--since', typed)
  return at
}

/** Reads a whole number from 1 to 100,000. */
export function readCount(option: string, typed: string): number {
  if (/^[1-9]\d{0,5}$/.test(typed) && Number(typed) <= 100_000) return Number(typed)
  throw new UsageError(`${option} ${typed} is not a number from 1 to 100000`, {
    mend: swap(typed, '50'),
  })
}

function spanOf(typed: string): number | undefined {
  const [, count, unit] = SPAN.exec(typed.trim().toLowerCase()) ?? []
  if (count === undefined || unit === undefined) return undefined
  return Number(count) * (UNITS[unit] ?? Number.NaN)
}

function momentOf(typed: string, edge: 'start' | 'end'): number {
  const [, year, month, day] = DAY.exec(typed.trim()) ?? []
  if (year === undefined) return MOMENT.test(typed.trim()) ? Date.parse(typed.trim()) : Number.NaN
  const start = new Date(Number(year), Number(month) - 1, Number(day))
  const exists = start.getMonth() === Number(month) - 1 && start.getDate() === Number(day)
  if (!exists) return Number.NaN
  return edge === 'start' ? start.getTime() : start.setHours(23, 59, 59, 999)
}

function notTime(option: string, typed: string): UsageError {
  return new UsageError(`${option} ${typed} is not a time`, {
    hint: 'write a span such as 30m, 2h or 7d, or a date such as 2026-12-31',
  })
}
