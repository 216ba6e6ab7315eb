import type { Clock, InboundDm, SenderId } from '@openclaw/pairing-contracts'
import { echoes } from '../echoes.ts'
import { handleOf } from '../handle.ts'
import { OWN_GUIDS } from './limits.ts'

/** What was sent lately: it may come back as if somebody wrote it, over a second Mac or an own number. */
export interface OwnWords {
  /** A text is about to be sent. */
  readonly sent: (to: string, text: string) => void
  /** Messages gave it this id. */
  readonly named: (guid: string) => void
  readonly isEcho: (inbound: InboundDm, guid: unknown) => boolean
}

/** Nothing sent yet. */
export function ownWords(clock: Clock): OwnWords {
  const texts = echoes(clock)
  const guids = new Set<string>()
  return {
    sent: (to, text) => texts.sent(personIn(to), text),
    named: (guid) => {
      guids.add(guid)
      const [oldest] = guids
      if (guids.size > OWN_GUIDS && oldest !== undefined) guids.delete(oldest)
    },
    isEcho: ({ senderId, replyTo, text }, guid) => {
      if (typeof guid === 'string' && guids.has(guid)) return true
      return texts.isEcho(senderId, text) || texts.isEcho(personIn(replyTo), text)
    },
  }
}

/** The handle at the end of a one-to-one chat's guid, else the place as it is. */
const personIn = (to: string): SenderId => handleOf(to.split(';').at(-1)) ?? (to as SenderId)
