import type { Clock, SenderId } from '@openclaw/pairing-contracts'
import { ECHO_MS, ECHO_UNITS, ECHOES_KEPT } from './limits.ts'

/** What was sent a short while ago. */
export interface Echoes {
  readonly sent: (to: SenderId, text: string) => void
  /** True once for each text that was sent to this handle within a minute: then it is ours, come back as theirs. */
  readonly isEcho: (from: SenderId, text: string) => boolean
}

/** Nothing sent yet. */
export function echoes(clock: Clock): Echoes {
  let known: readonly { readonly key: string; readonly at: number }[] = []
  const keyOf = (handle: SenderId, text: string): string => `${handle}\n${text.trim()}`
  return {
    sent: (to, text) => {
      if (text.trim().length < ECHO_UNITS) return
      known = [...known, { key: keyOf(to, text), at: clock.now() }].slice(-ECHOES_KEPT)
    },
    isEcho: (from, text) => {
      const since = clock.now() - ECHO_MS
      const key = keyOf(from, text)
      const found = known.find((each) => each.key === key && each.at >= since)
      known = known.filter((each) => each !== found && each.at >= since)
      return found !== undefined
    },
  }
}
