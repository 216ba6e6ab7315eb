import type { ConnectAuth, ErrorDetailCode } from '@openclaw/pairing-protocol'
import type { Attempt, Attempts } from './attempts.ts'
import type { SessionComponents, SharedSecret } from './ports.ts'

/** How the gateway's own secret was shown. `locked`: it was not looked at. */
export type SharedShown = 'right' | 'wrong' | 'absent' | 'locked'

/** What a client showed, weighed as far as it can be without a device. */
export interface Presented {
  readonly kind: SharedSecret['kind']
  readonly shared: SharedShown
  /** What may be a device token: clients of 2026.2 show it in the place of the shared one. A secret. */
  readonly deviceToken: string | undefined
  /** What may be the secret of a setup code, which old apps show in that place as well. A secret. */
  readonly setupSecret: string | undefined
  /** Says how the guess at the shared secret ended; to be called once it is known. */
  readonly attempt: Attempt | undefined
}

/** The secret that is part of what a device signs. */
export function signedSecret(auth: ConnectAuth | undefined): string {
  return auth?.token ?? auth?.deviceToken ?? auth?.bootstrapToken ?? ''
}

/** What weighing needs. */
export type Scales = Pick<SessionComponents, 'sameSecret' | 'sharedSecret'> & {
  readonly attempts: Attempts
}

/**
 * Weighs what a client showed against the shared secret. While the address is locked nothing is compared, so that the right
 * one says as little as a wrong one.
 */
export function weigh(
  { attempts, sameSecret, sharedSecret }: Scales,
  auth: ConnectAuth | undefined,
  limitKey: string,
): Presented {
  const { kind, secret } = sharedSecret()
  const offered = shown(kind === 'token' ? auth?.token : auth?.password)
  const attempt = offered === undefined ? undefined : attempts.begin('shared-secret', limitKey)
  const isRight = attempt !== undefined && secret !== '' && sameSecret(offered ?? '', secret)
  const isShared = isRight && kind === 'token'
  if (isRight) attempt.settled()
  const token = isShared ? undefined : shown(auth?.token)
  const state = sharedShown(offered, attempt, isRight)
  return {
    kind,
    shared: state,
    deviceToken: shown(auth?.deviceToken) ?? token,
    setupSecret: shown(auth?.bootstrapToken) ?? (state === 'locked' ? undefined : token),
    attempt: isRight ? undefined : attempt,
  }
}

function sharedShown(
  offered: string | undefined,
  attempt: Attempt | undefined,
  isRight: boolean,
): SharedShown {
  if (offered === undefined) return 'absent'
  if (attempt === undefined) return 'locked'
  return isRight ? 'right' : 'wrong'
}

/** Some clients send '' where they have nothing. */
function shown(secret: string | undefined): string | undefined {
  return secret === '' ? undefined : secret
}

/** Why a client without a paired key is not let in, by what it showed. */
export function unauthorized(
  { kind, shared }: Presented,
  auth: ConnectAuth | undefined,
): ErrorDetailCode {
  if (shared === 'locked') return 'AUTH_RATE_LIMITED'
  if (shown(auth?.bootstrapToken) !== undefined) return 'AUTH_BOOTSTRAP_TOKEN_INVALID'
  if (shared === 'wrong') return kind === 'token' ? 'AUTH_TOKEN_MISMATCH' : 'AUTH_PASSWORD_MISMATCH'
  return kind === 'token' ? 'AUTH_TOKEN_MISSING' : 'AUTH_PASSWORD_MISSING'
}
