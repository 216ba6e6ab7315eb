import type { ChannelLog, Clock } from '@openclaw/pairing-contracts'
import { COMPLAINTS_PER_MINUTE } from './limits.ts'

/** What imsg says besides its answers. */
export interface Complaints {
  /** A line of its error output. */
  readonly heard: (line: string) => void
  /** A line of its output that is no answer, such as a greeting of the other machine. */
  readonly strange: () => void
  /** A line of its output that was left out. */
  readonly tooLong: () => void
  /** The last that it said, fit for a log; empty for nothing. */
  readonly lastWords: () => string
}

/** What {@link complaints} works with. */
export interface ComplaintsComponents {
  readonly log: ChannelLog
  readonly redact: (text: string) => string
  readonly clock: Clock
}

const MINUTE_MS = 60_000

/** Says so many lines a minute in the log, and no more. */
export function complaints({ log, redact, clock }: ComplaintsComponents): Complaints {
  let last = ''
  let minute = clock.now()
  let left = COMPLAINTS_PER_MINUTE
  const say = (event: string, fields: Readonly<Record<string, string>>): void => {
    if (clock.now() - minute > MINUTE_MS) {
      minute = clock.now()
      left = COMPLAINTS_PER_MINUTE
    }
    left -= 1
    if (left >= 0) log('warn', event, fields)
  }
  return {
    heard: (line) => {
      last = redact(line).trim()
      if (last !== '') say('imsg-says', { text: last })
    },
    strange: () => say('imsg-line-strange', {}),
    tooLong: () => say('imsg-line-too-long', {}),
    lastWords: () => last,
  }
}
