const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A span in one or two units, rounded down: `45 s`, `3 min`, `2 h 5 min`, `9 days`. */
export function span(ms: number): string {
  const left = Math.max(0, ms)
  if (left < MINUTE) return `${String(Math.floor(left / SECOND))} s`
  if (left < HOUR) return `${String(Math.floor(left / MINUTE))} min`
  if (left < 2 * DAY) {
    const minutes = Math.floor((left % HOUR) / MINUTE)
    const hours = `${String(Math.floor(left / HOUR))} h`
    return minutes === 0 ? hours : `${hours} ${String(minutes)} min`
  }
  return `${String(Math.floor(left / DAY))} days`
}

/** How long ago, or how far ahead. */
export function relative(at: number, now: number): string {
  const distance = at - now
  if (Math.abs(distance) < 5 * SECOND) return 'just now'
  return distance < 0 ? `${span(-distance)} ago` : `in ${span(distance)}`
}

/** Local time to the minute: `2026-11-22 18:15`. */
export function absolute(at: number): string {
  const date = new Date(at)
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(two).join('-')
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`
}

/** Local time of today, or day and time where it was another day. */
export function shortTime(at: number, now: number): string {
  const [day, time] = absolute(at).split(' ')
  return absolute(now).startsWith(`${day ?? ''} `) ? (time ?? '') : `${day ?? ''} ${time ?? ''}`
}

/** `text` with its ISO 8601 times as local ones. */
export function withLocalTimes(text: string): string {
  return text.replace(/\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/g, (moment) =>
    absolute(Date.parse(moment)),
  )
}

/** For scripts. */
export function iso(at: number): string {
  return new Date(at).toISOString()
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
