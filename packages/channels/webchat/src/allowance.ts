import type { Clock, SenderId } from '@openclaw/pairing-contracts'
import {
  ADDRESS_BURST,
  ADDRESS_REFILL_MS,
  LIMITER_KEYS,
  VISITOR_BURST,
  VISITOR_REFILL_MS,
} from './limits.ts'
import { type RateLimiter, rateLimiter } from './rate.ts'
import { tooFast } from './refusals.ts'
import type { Refusal } from './respond.ts'
import type { VisitorState, WebchatPeople } from './types.ts'

/** Who writes, and where from. */
export interface Writer {
  readonly senderId: SenderId
  readonly address: string
}

/** How often visitors and addresses may write. */
export interface Allowance {
  /**
   * Takes one from the visitor's allowance, and from their address's unless they are allowed now: many people may
   * share an address. Answers how they stand. Rejects when the store cannot answer.
   */
  readonly ofWriter: (writer: Writer) => Promise<VisitorState | Refusal>
  /** Takes one from the allowance of an address. */
  readonly ofAddress: RateLimiter
}

/** Nobody has written yet. */
export function allowance(clock: Clock, people: WebchatPeople): Allowance {
  const limits = { maxKeys: LIMITER_KEYS }
  const ofAddress = rateLimiter(clock, {
    burst: ADDRESS_BURST,
    refillMs: ADDRESS_REFILL_MS,
    ...limits,
  })
  const ofVisitor = rateLimiter(clock, {
    burst: VISITOR_BURST,
    refillMs: VISITOR_REFILL_MS,
    ...limits,
  })
  return {
    ofAddress,
    ofWriter: async ({ senderId, address }) => {
      const visitorMs = ofVisitor(senderId)
      if (visitorMs > 0) return tooFast(visitorMs)
      const state = await people.stateOf(senderId)
      const addressMs = state.state === 'allowed' ? 0 : ofAddress(address)
      return addressMs > 0 ? tooFast(addressMs) : state
    },
  }
}
