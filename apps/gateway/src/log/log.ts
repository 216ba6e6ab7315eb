import { printable } from '@openclaw/dm-pairing'
import type { ChannelLog } from '@openclaw/pairing-contracts'
import { pino } from 'pino'
import { LOG_CHARS } from '../limits.ts'
import type { Secrets } from './secrets.ts'

/** Where finished lines go. */
export type WriteLine = (line: string) => void

/** How a {@link gatewayLog} writes. */
export interface LogOptions {
  readonly level: 'debug' | 'info'
  readonly write: WriteLine
  readonly secrets: Secrets
}

/**
 * Structured log: one JSON line an event, with `level`, `time`, `event` and the event's fields.
 * Text in fields may come from strangers: it is made printable and cut, and secrets are blacked out.
 */
export function gatewayLog({ level, write, secrets }: LogOptions): ChannelLog {
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
  const safe = (value: string | number | boolean): string | number | boolean =>
    typeof value === 'string' ? printable(secrets.redact(value), LOG_CHARS) : value
  return (at, event, fields) => {
    const clean = Object.entries(fields).map(([name, value]) => [name, safe(value)])
    logger[at](Object.fromEntries(clean), event)
  }
}
