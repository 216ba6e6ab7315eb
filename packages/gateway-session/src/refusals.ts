import type { Admission } from '@openclaw/device-pairing'
import { type ErrorDetailCode, pairingRequired } from '@openclaw/pairing-protocol'
import { type Presented, unauthorized } from './credentials.ts'
import type { MaxWaiting } from './ports.ts'
import { type ConnectCase, no, type Verdict, type Waiting } from './verdict.ts'

/** A proven device that is not let in, with what it showed. */
export interface NotLetIn extends ConnectCase {
  readonly presented: Presented
  readonly admission: Exclude<Admission, { readonly outcome: 'admitted' }>
  /** The secrets of its kind were not looked at, because the address is locked. */
  readonly isTokenLocked: boolean
}

/** What a device that is not let in is told. */
export function notLetIn(given: NotLetIn): Verdict {
  const { admission } = given
  switch (admission.outcome) {
    case 'waiting':
      return waiting(admission)
    case 'full':
      return full(admission, given.maxWaiting)
    case 'resting':
      return no('PAIRING_REJECTED', { retryAfterMs: admission.retryAfterMs })
    case 'revoked':
      return mayNotAsk(given)
    case 'may-not-ask':
      return mayNotAsk(given)
  }
}

type Full = Extract<Admission, { readonly outcome: 'full' }>

/** Says which list is full: others may wait elsewhere, or nobody anywhere. */
function full({ where, retryAfterMs }: Full, maxWaiting: MaxWaiting | undefined): Verdict {
  const max = where === 'address' ? maxWaiting?.perAddress : maxWaiting?.inAll
  const place = where === 'address' ? 'from this address' : 'from all addresses'
  const about = max === undefined ? place : `${String(max)} of ${String(max)} ${place}`
  const details = { where, ...(max === undefined ? {} : { max }) }
  return no('PAIRING_LIST_FULL', { about, retryAfterMs, details })
}

function waiting(admission: Waiting): Verdict {
  const { request, reason, granted } = admission
  const error = pairingRequired({
    reason,
    requestId: request.requestId,
    deviceId: request.deviceId,
    requestedRole: request.role,
    requestedScopes: request.scopes,
    ...(granted === undefined
      ? {}
      : { approvedRoles: [granted.role], approvedScopes: granted.scopes }),
  })
  return { ok: false, code: 'PAIRING_REQUIRED', error, waiting: admission }
}

/** Nothing that it showed lets it ask. A locked address hears nothing but that. */
function mayNotAsk(given: NotLetIn): Verdict {
  const retryAfterMs = lockedFor(given)
  if (retryAfterMs > 0) return no('AUTH_RATE_LIMITED', { retryAfterMs })
  return no(codeOf(given))
}

function lockedFor({ attempts, connect, facts, presented, isTokenLocked }: NotLetIn): number {
  const { limitKey } = facts
  const isSetup = (connect.params.auth?.bootstrapToken ?? '') !== ''
  return Math.max(
    presented.shared === 'locked'
      ? Math.max(1, attempts.retryAfterMs('shared-secret', limitKey))
      : 0,
    isTokenLocked ? Math.max(1, attempts.retryAfterMs('device-token', limitKey)) : 0,
    isSetup ? attempts.retryAfterMs('setup-code', limitKey) : 0,
  )
}

/**
 * A token in the place of the shared secret may be a device token of long ago: the words for that make existing clients
 * forget it, and ask with the shared secret next time. A revoked role is told so, whatever it showed.
 */
function codeOf({ admission, connect, presented }: NotLetIn): ErrorDetailCode {
  const { auth } = connect.params
  if (admission.outcome === 'revoked') return 'AUTH_DEVICE_REVOKED'
  const isTokenOnly = presented.deviceToken !== undefined && (auth?.bootstrapToken ?? '') === ''
  const isPasswordWrong = presented.shared === 'wrong' && presented.kind === 'password'
  if (isTokenOnly && !isPasswordWrong) return 'AUTH_DEVICE_TOKEN_MISMATCH'
  return unauthorized(presented, auth)
}
