import { orNothing } from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, EpochMs } from '@openclaw/pairing-contracts'

/** What WhatsApp says of one message. */
export interface Ack {
  /** The number of the reason why it was not taken; `undefined`: it was. */
  readonly error: string | undefined
  readonly at: EpochMs | undefined
}

/** What became of the wait for it: `cut` when the connection was lost first, `undefined` when nothing was heard in time. */
export type Heard = Ack | 'cut' | undefined

/** Messages that WhatsApp has not answered for yet. */
export interface Acks {
  /** To be called before the message goes; forgotten when the wait is over. */
  readonly wait: (id: string, ms: number, stop: AbortSignalLike | undefined) => Promise<Heard>
  readonly heard: (id: string, ack: Ack) => void
  /** The connection is gone: nothing will be heard. */
  readonly cut: () => void
}

/** Nothing waits. */
export function acks(): Acks {
  const waiting = new Map<string, (heard: Heard) => void>()
  return {
    wait: async (id, ms, stop) => {
      const heard = new Promise<Heard>((resolve) => waiting.set(id, resolve))
      try {
        return await orNothing(heard, ms, stop)
      } finally {
        waiting.delete(id)
      }
    },
    heard: (id, ack) => waiting.get(id)?.(ack),
    cut: () => {
      for (const end of waiting.values()) end('cut')
    },
  }
}
