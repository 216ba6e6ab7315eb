import type { WireError } from './frame.ts'
import { toApprove, wireError } from './wire-error.ts'

/** Why an owner has to decide, in the words of newer clients. */
export type PairingReason = 'not-paired' | 'role-upgrade' | 'scope-upgrade' | 'metadata-upgrade'

/** What a client is told while its request waits. */
export interface PairingRequired {
  readonly reason: PairingReason
  readonly requestId: string
  readonly deviceId: string
  readonly requestedRole: string
  readonly requestedScopes: readonly string[]
  /** What was granted before; absent for a device that is new. */
  readonly approvedRoles?: readonly string[]
  readonly approvedScopes?: readonly string[]
}

const REASONS: Readonly<
  Record<PairingReason, { readonly about: string; readonly remediationHint: string }>
> = {
  'not-paired': {
    about: 'the owner has not approved this device yet',
    remediationHint: 'On the gateway: openclaw devices list, then approve this request.',
  },
  'role-upgrade': {
    about: 'the device asks for a role it does not have',
    remediationHint: 'On the gateway: openclaw devices list, look at the role, then approve.',
  },
  'scope-upgrade': {
    about: 'the device asks for more scopes than it has',
    remediationHint: 'On the gateway: openclaw devices list, look at the scopes, then approve.',
  },
  'metadata-upgrade': {
    about: 'the device describes itself differently than before',
    remediationHint: 'On the gateway: openclaw devices list, look at what changed, then approve.',
  },
}

/**
 * The error of a `connect` that has to wait for an owner. Official clients keep trying after it; those of 2026.2 show
 * their user nothing but the message, so the request and the command are in it.
 */
export function pairingRequired({ reason, ...facts }: PairingRequired): WireError {
  const { about: why, remediationHint } = REASONS[reason]
  const about = `${why} ${toApprove(facts.requestId)}`
  return wireError('PAIRING_REQUIRED', { about, details: { ...facts, reason, remediationHint } })
}
