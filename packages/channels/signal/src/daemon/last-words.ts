import { redactor } from '@openclaw/pairing-channel-kit'

/** What a program said last that tells why it ended. */
export interface LastWords {
  readonly hear: (line: string) => void
  /** One line, without numbers and ids of people; empty for nothing. */
  readonly now: () => string
}

const PEOPLE =
  /\+\d[\d().\s-]{5,}\d|\d{9,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[^\s@'"<]+@[^\s@'"<>:]+/gi
const redact = redactor({ secrets: [], pattern: PEOPLE })

/** Where Java was, line by line. */
const TRACE = /^(?:at \S+\(|\.{3} \d+ more)/
const CHATTER = /^(?:\S+ )?(?:\[[^\]]*\] )?(?:INFO|DEBUG|TRACE)\b/
/** Said as if it were nothing, and why it waits for ever. */
const WAITS = /in use by another instance/i

/** Only the last line that matters is kept; `own` is the account's number, which may be shown. */
export function lastWords(own: string): LastWords {
  const last = { chatter: '', plain: '' }
  // The number of somebody else may begin with it.
  const number = new RegExp(`\\${own}(?!\\d)`)
  return {
    hear: (line) => {
      const text = line.trim()
      if (text === '' || TRACE.test(text)) return
      last[CHATTER.test(text) && !WAITS.test(text) ? 'chatter' : 'plain'] = text
    },
    now: () => {
      const words = last.plain === '' ? last.chatter : last.plain
      return words.split(number).map(redact).join(own).slice(0, LONGEST)
    },
  }
}

const LONGEST = 300
