import type { Clock, InboundDm } from '@openclaw/pairing-contracts'
import { handleOf } from '../handle.ts'
import { ECHO_MS, ECHOES } from './limits.ts'

/** What was sent lately: it may come back as if somebody wrote it, over a second Mac or an own number. */
export interface Echoes {
  /** A text is about to be sent. */
  readonly sent: (to: string, text: string) => void
  /** Messages gave it this id. */
  readonly named: (guid: string) => void
  readonly isEcho: (inbound: InboundDm, guid: unknown) => boolean
}

/** Nothing sent yet. */
export function echoes(clock: Clock): Echoes {
  const texts = new Map<string, number>()
  const guids = new Set<string>()
  const remember = (key: string): void => {
    texts.delete(key)
    texts.set(key, clock.now() + ECHO_MS)
    const [oldest] = texts.keys()
    if (texts.size > ECHOES && oldest !== undefined) texts.delete(oldest)
  }
  return {
    sent: (to, text) => remember(keyOf(personIn(to), text)),
    named: (guid) => {
      guids.add(guid)
      const [oldest] = guids
      if (guids.size > ECHOES && oldest !== undefined) guids.delete(oldest)
    },
    isEcho: ({ senderId, replyTo, text }, guid) => {
      if (typeof guid === 'string' && guids.has(guid)) return true
      return [senderId, personIn(replyTo)].some(
        (who) => (texts.get(keyOf(who, text)) ?? 0) > clock.now(),
      )
    },
  }
}

const keyOf = (who: string, text: string): string => `${who}\n${text.trim()}`

/** The handle at the end of a one-to-one chat's guid, else the place as it is. */
const personIn = (to: string): string => handleOf(to.split(';').at(-1)) ?? to
