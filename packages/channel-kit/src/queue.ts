import type { OutboundText, SendOutcome } from '@openclaw/pairing-contracts'

type Send = (message: OutboundText) => Promise<SendOutcome>

/** How many sends there may be. */
export interface QueueLimits {
  /** With the platform at once; 4 unless given. */
  readonly atOnce?: number
  /** Behind them; one more fails at once. 1,000 unless given. */
  readonly waiting?: number
}

/** Sends a few at once, to each recipient in order; more than may wait fail at once. */
export function queued(send: Send, { atOnce = 4, waiting: most = 1_000 }: QueueLimits = {}): Send {
  const last = new Map<string, Promise<unknown>>()
  const waiting: (() => void)[] = []
  let count = 0
  let free = atOnce
  const place = async (): Promise<void> => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
  }
  const leave = (): void => {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }
  const inPlace = async (message: OutboundText): Promise<SendOutcome> => {
    await place()
    try {
      return await send(message)
    } finally {
      leave()
    }
  }
  return (message) => {
    if (count >= atOnce + most)
      return Promise.resolve({ outcome: 'failed', reason: 'too many messages wait to be sent' })
    count += 1
    const before = last.get(message.to) ?? Promise.resolve()
    const sent = before.then(() => inPlace(message))
    // A send that rejects must not stop those behind it.
    const over = sent.catch(() => {})
    last.set(message.to, over)
    return sent.finally(() => {
      count -= 1
      if (last.get(message.to) === over) last.delete(message.to)
    })
  }
}
