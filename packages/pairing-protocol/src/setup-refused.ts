import type { WireError } from './frame.ts'
import { wireError } from './wire-error.ts'

/** Why a setup code lets nobody ask, as `details.reason` of `AUTH_BOOTSTRAP_TOKEN_INVALID` says it. */
export type SetupCodeReason =
  | 'setup-code-unknown'
  | 'setup-code-expired'
  | 'setup-code-withdrawn'
  | 'setup-code-used'
  | 'setup-code-bound-to-another-device'
  | 'setup-code-for-nodes-only'

const FRESH = 'On the gateway: openclaw qr; or /pair in a chat of the owner.'

const REASONS: Readonly<
  Record<SetupCodeReason, { readonly message: string; readonly remediationHint: string }>
> = {
  'setup-code-unknown': {
    message:
      'unauthorized: setup code unknown to this gateway (paste all of it, or scan a fresh one)',
    remediationHint: `Paste the whole code, for this gateway, or take a fresh one. ${FRESH}`,
  },
  'setup-code-expired': {
    message: 'unauthorized: setup code expired (scan a fresh one)',
    remediationHint: `Take a fresh code, and use it within ten minutes. ${FRESH}`,
  },
  'setup-code-withdrawn': {
    message: 'unauthorized: setup code withdrawn by the owner (scan a fresh one)',
    remediationHint: `Ask the owner, or take a fresh code. ${FRESH}`,
  },
  'setup-code-used': {
    message: 'unauthorized: setup code used already (scan a fresh one)',
    remediationHint: `The owner decided about the device that had it; take a fresh code. ${FRESH}`,
  },
  'setup-code-bound-to-another-device': {
    message: 'unauthorized: setup code belongs to another device (scan a fresh one)',
    remediationHint: `Another device showed it first. If that was not yours, reject its request on the gateway: openclaw devices list. Then take a fresh code. ${FRESH}`,
  },
  'setup-code-for-nodes-only': {
    message: 'unauthorized: setup code is for nodes only (connect with role node)',
    remediationHint:
      'Connect with the role node, or ask as an operator with the token or password of the gateway.',
  },
}

/** The error of a `connect` whose setup code lets nobody ask. Says nothing of the code but what became of it. */
export function setupCodeRefused(reason: SetupCodeReason): WireError {
  const { message, remediationHint } = REASONS[reason]
  const error = wireError('AUTH_BOOTSTRAP_TOKEN_INVALID', { details: { reason, remediationHint } })
  return { ...error, message }
}
