import { isOpenClawError } from '@openclaw/pairing-contracts'
import { type ErrorFacts, type WireError, wireError } from '@openclaw/pairing-protocol'

/** Says which failure of the store it is, never its words: they may name files. */
export function unavailableFor(error: unknown): ErrorFacts {
  return {
    ...(isOpenClawError(error) ? { details: { error: error.code } } : {}),
    retryAfterMs: 1_000,
  }
}

/** The store cannot be read or written. */
export function unavailable(error: unknown): WireError {
  return wireError('STORE_UNAVAILABLE', unavailableFor(error))
}
