import { orNothing } from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, EpochMs } from '@openclaw/pairing-contracts'

/** What WhatsApp says of one message. */
export interface Ack {
  /** The number of the reason why it was not taken; `undefined`: it was. */
  readonly error: string | undefined
  readonly at: EpochMs | undefined
}

/** Messages that WhatsApp has not answered for yet. */
export interface Acks {
  /** To be called before the message goes; forgotten when the wait is over. `undefined`: nothing was heard. */
  readonly wait: (
    id: string,
    ms: number,
    stop: AbortSignalLike | undefined,
  ) => Promise<Ack | undefined>
  readonly heard: (id: string, ack: Ack) => void
}

/** Nothing waits. */
export function acks(): Acks {
  const waiting = new Map<string, (ack: Ack) => void>()
  return {
    wait: async (id, ms, stop) => {
      const heard = new Promise<Ack>((resolve) => waiting.set(id, resolve))
      try {
        return await orNothing(heard, ms, stop)
      } finally {
        waiting.delete(id)
      }
    },
    heard: (id, ack) => waiting.get(id)?.(ack),
  }
}
