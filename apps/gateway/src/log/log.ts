import { printable } from '@openclaw/dm-pairing'
import type { ChannelLog } from '@openclaw/pairing-contracts'
import { pino } from 'pino'
import { withProgram } from '../complaint.ts'
import { LOG_CHARS } from '../limits.ts'
import type { Secrets } from './secrets.ts'

/** Where finished lines go. */
export type WriteLine = (line: string) => void

/** How a {@link gatewayLog} writes. */
export interface LogOptions {
  readonly level: 'debug' | 'info'
  readonly write: WriteLine
  readonly secrets: Secrets
  /** How commands begin where the log is read. */
  readonly program: string
}

/** Fields in our own words, which may name a command; all others are data. */
const IN_WORDS = ['fix', 'reason', 'note', 'problem', 'consequence']

/**
 * Structured log: one JSON line an event, with `level`, `time`, `event` and the event's fields.
 * Text in fields may come from strangers: it is made printable and cut, and secrets are blacked out.
 */
export function gatewayLog({ level, write, secrets, program }: LogOptions): ChannelLog {
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'event',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  )
  const safe = (name: string, value: string | number | boolean): string | number | boolean => {
    if (typeof value !== 'string') return value
    const text = IN_WORDS.includes(name) ? withProgram(value, program) : value
    return printable(secrets.redact(text), LOG_CHARS)
  }
  return (at, event, fields) => {
    const clean = Object.entries(fields).map(([name, value]) => [name, safe(name, value)])
    logger[at](Object.fromEntries(clean), event)
  }
}
