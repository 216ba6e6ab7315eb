import type { OutboundText, SendOutcome } from '@openclaw/pairing-contracts'
import { SENDS_AT_ONCE, SENDS_WAITING } from './limits.ts'

type Send = (message: OutboundText) => Promise<SendOutcome>

/** Sends a few at once, to each recipient in order; more than may wait fail at once. */
export function queued(send: Send): Send {
  const last = new Map<string, Promise<unknown>>()
  const waiting: (() => void)[] = []
  let count = 0
  let free = SENDS_AT_ONCE
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
    if (count >= SENDS_AT_ONCE + SENDS_WAITING)
      return Promise.resolve({ outcome: 'failed', reason: 'too many messages wait to be sent' })
    count += 1
    const before = last.get(message.to) ?? Promise.resolve()
    const sent = before.then(() => inPlace(message))
    last.set(message.to, sent)
    return sent.finally(() => {
      count -= 1
      if (last.get(message.to) === sent) last.delete(message.to)
    })
  }
}
