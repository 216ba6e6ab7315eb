import type { Denied, NotWaiting } from '@openclaw/device-pairing'
import { type ErrorDetailCode, type WireError, wireError } from '@openclaw/pairing-protocol'

type Refusal = { readonly ok: false; readonly error: WireError }

const CODES: Readonly<Partial<Record<Denied['code'], ErrorDetailCode>>> = {
  ERR_AUTHORITY_SCOPE_MISSING: 'SCOPE_MISSING',
  ERR_AUTHORITY_NOT_SHOWN: 'REQUEST_CHANGED',
  ERR_DEVICE_GRANT_TOO_WIDE: 'GRANT_TOO_WIDE',
}

/** The door says that this actor may not. */
export function denied({ code, why, fix }: Denied): Refusal {
  const wire = CODES[code] ?? 'ROLE_UNAUTHORIZED'
  return { ok: false, error: wireError(wire, { about: why, details: { authority: code, fix } }) }
}

/** The id names no request that waits; an old one says what became of it. */
export function notWaiting(outcome: NotWaiting): Refusal {
  if (outcome.outcome === 'unknown') return { ok: false, error: wireError('REQUEST_UNKNOWN') }
  const { requestId, deviceId, outcome: ended, at, successor } = outcome.settled
  const details = { requestId, deviceId, outcome: ended, at }
  const next = successor === undefined ? {} : { successor }
  return {
    ok: false,
    error: wireError('REQUEST_SETTLED', { about: ended, details: { ...details, ...next } }),
  }
}

/** There is no such device, or it was never this role. */
export function notKnown({ role }: { readonly role?: string }): Refusal {
  return {
    ok: false,
    error: wireError(role === undefined ? 'DEVICE_UNKNOWN' : 'DEVICE_ROLE_UNKNOWN'),
  }
}
