import type { OpenClawError } from '@openclaw/pairing-contracts'
import {
  SlackNotFound,
  SlackScopeMissing,
  SlackSocketModeOff,
  type SlackTokenKind,
  SlackTokenRejected,
} from './errors.ts'
import type { Failure } from './failure.ts'

const TOKEN_ERRORS = new Set([
  ...['not_authed', 'invalid_auth', 'account_inactive', 'token_revoked', 'token_expired'],
  ...['not_allowed_token_type', 'no_permission', 'org_login_required', 'app_uninstalled'],
])
const SOCKET_MODE_ERRORS = new Set(['socket_mode_not_enabled', 'socket_mode_disabled'])

/** The error that waiting does not mend; `undefined` where it may. */
export function fatalOf(
  failure: Failure,
  { token, origin }: { readonly token: SlackTokenKind; readonly origin: string },
): OpenClawError | undefined {
  if (failure.kind === 'missing') return new SlackNotFound(origin)
  if (failure.kind !== 'answered') return undefined
  const { error, needed } = failure
  if (TOKEN_ERRORS.has(error)) return new SlackTokenRejected(token, error)
  if (error === 'missing_scope') return new SlackScopeMissing(token, needed)
  return SOCKET_MODE_ERRORS.has(error) ? new SlackSocketModeOff() : undefined
}
