import type { ErrorDetailCode, ErrorFacts } from '@openclaw/pairing-protocol'
import type { NotSent } from './replays.ts'

/** A command that is not sent, and why. */
export function notSent(code: ErrorDetailCode, facts: ErrorFacts = {}): NotSent {
  return { kind: 'not-sent', code, facts }
}
