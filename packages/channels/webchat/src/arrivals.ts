import type { Allowance, Writer } from './allowance.ts'
import { type PostedMessage, readMessage } from './body.ts'
import {
  IN_FLIGHT_PER_ADDRESS,
  MESSAGES_IN_FLIGHT,
  READING,
  READING_PER_ADDRESS,
  STRANGERS_IN_FLIGHT,
  STRANGERS_READING,
} from './limits.ts'
import { quota } from './quota.ts'
import { busy } from './refusals.ts'
import type { Refusal } from './respond.ts'

/** A message that was read. */
export interface Arrived {
  readonly message: PostedMessage
  /** Gives its place back. */
  readonly done: () => void
}

/** Reads what is posted, so many at a time. */
export interface Arrivals {
  /** Rejects when the store cannot answer. */
  readonly read: (request: Request, writer: Writer) => Promise<Arrived | Refusal>
  /** Messages that were read and are not done. */
  readonly inFlight: () => number
}

/** Nothing posted yet. A message is under way from when it is read: who sends slowly holds up nobody. */
export function arrivals(allowance: Allowance): Arrivals {
  const reading = quota({
    all: READING,
    strangers: STRANGERS_READING,
    each: READING_PER_ADDRESS,
  })
  const underWay = quota({
    all: MESSAGES_IN_FLIGHT,
    strangers: STRANGERS_IN_FLIGHT,
    each: IN_FLIGHT_PER_ADDRESS,
  })
  return {
    inFlight: underWay.taken,
    read: async (request, writer) => {
      const standing = await allowance.ofWriter(writer)
      if ('status' in standing) return standing
      const holder = { ...writer, state: standing.state }
      const finished = reading.take(holder)
      if (finished === undefined) return busy
      const message = await readMessage(request).finally(finished)
      if ('status' in message) return message
      const done = underWay.take(holder)
      return done === undefined ? busy : { message, done }
    },
  }
}
