import type { Admission } from '@openclaw/device-pairing'
import {
  type ErrorDetailCode,
  pairingRequired,
  type SetupCodeReason,
  setupCodeRefused,
} from '@openclaw/pairing-protocol'
import { isOurCode, type SetupAnswer } from './arrival.ts'
import { type Presented, unauthorized } from './credentials.ts'
import type { MaxWaiting } from './ports.ts'
import { type ConnectCase, no, type Verdict, type Waiting } from './verdict.ts'

/** A proven device that is not let in, with what it showed. */
export interface NotLetIn extends ConnectCase {
  readonly presented: Presented
  readonly admission: Exclude<Admission, { readonly outcome: 'admitted' }>
  /** The secrets of its kind were not looked at, because the address is locked. */
  readonly isTokenLocked: boolean
  readonly setup: SetupAnswer | undefined
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

/** Nothing that it showed lets it ask. A locked address hears nothing but that; a revoked role is told so, whatever it showed. */
function mayNotAsk(given: NotLetIn): Verdict {
  const retryAfterMs = lockedFor(given)
  if (retryAfterMs > 0) return no('AUTH_RATE_LIMITED', { retryAfterMs })
  if (given.admission.outcome === 'revoked') return no('AUTH_DEVICE_REVOKED')
  const reason = setupReason(given)
  if (reason === undefined) return no(codeOf(given))
  return { ok: false, code: 'AUTH_BOOTSTRAP_TOKEN_INVALID', error: setupCodeRefused(reason) }
}

const SETUP_REASONS: Readonly<Partial<Record<SetupAnswer, SetupCodeReason>>> = {
  unknown: 'setup-code-unknown',
  expired: 'setup-code-expired',
  withdrawn: 'setup-code-withdrawn',
  used: 'setup-code-used',
  bound: 'setup-code-bound-to-another-device',
  'nodes-only': 'setup-code-for-nodes-only',
}

/** What became of a setup code; a secret in the place of the shared one that is none of ours may be anything. */
function setupReason({ connect, setup }: NotLetIn): SetupCodeReason | undefined {
  if (setup === undefined) return undefined
  return isSetupShown(connect) || isOurCode(setup) ? SETUP_REASONS[setup] : undefined
}

function isSetupShown({ params }: NotLetIn['connect']): boolean {
  return (params.auth?.bootstrapToken ?? '') !== ''
}

function lockedFor(given: NotLetIn): number {
  const { attempts, connect, facts, presented, isTokenLocked, setup } = given
  const { limitKey } = facts
  const isSetup = setup === 'locked' || isSetupShown(connect)
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
 * forget it, and ask with the shared secret next time.
 */
function codeOf({ connect, presented }: NotLetIn): ErrorDetailCode {
  const { auth } = connect.params
  const isTokenOnly = presented.deviceToken !== undefined && !isSetupShown(connect)
  const isPasswordWrong = presented.shared === 'wrong' && presented.kind === 'password'
  if (isTokenOnly && !isPasswordWrong) return 'AUTH_DEVICE_TOKEN_MISMATCH'
  return unauthorized(presented, auth)
}
