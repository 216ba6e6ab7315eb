import {
  MAX_CLAIM,
  MAX_COMMAND,
  MAX_COMMANDS,
  MAX_NAME,
  MAX_NONCE,
  MAX_SCOPES,
  MAX_SECRET,
} from './limits.ts'
import type { ConnectClaim } from './types.ts'

/** The forms of what a device signs, in the order in which they are tried. */
export type PayloadVersion = 'v3' | 'v2'

/**
 * What a device signs: `v2|deviceId|clientId|clientMode|role|scopes,joined|signedAt|secret|nonce`, and for `v3`
 * `|platform|deviceFamily` behind it, both trimmed and in lower case.
 *
 * Nothing is escaped, so only claims that {@link isUnambiguous} have one meaning each.
 */
export function signedPayload(version: PayloadVersion, claim: ConnectClaim, nonce: string): string {
  const { description } = claim
  const fields = [
    version,
    claim.deviceId,
    description.clientId,
    description.clientMode,
    claim.role,
    claim.scopes.join(','),
    String(claim.signedAt),
    claim.signedSecret,
    nonce,
  ]
  const kind = [description.platform, description.deviceFamily].map(asciiLower)
  return [...fields, ...(version === 'v3' ? kind : [])].join('|')
}

function asciiLower(text: string = ''): string {
  return text.trim().replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/**
 * True when no other claim has the same payload, and everything is of a reasonable length. The secret may hold `|`:
 * it is the one field that may, before it stand seven separators, and what follows it is known.
 */
export function isUnambiguous(claim: ConnectClaim): boolean {
  const { description, scopes, commands } = claim
  const {
    platform = '',
    deviceFamily = '',
    displayName = '',
    modelIdentifier = '',
    version = '',
  } = description
  return (
    [description.clientId, description.clientMode].every((name) => isPlain(name, MAX_NAME)) &&
    [platform, deviceFamily].every((text) => isPlain(text, MAX_CLAIM)) &&
    [displayName, modelIdentifier, version].every((text) => text.length <= MAX_CLAIM) &&
    scopes.length <= MAX_SCOPES &&
    scopes.every((scope) => scope !== '' && isPlain(scope, MAX_NAME) && !scope.includes(',')) &&
    commands.length <= MAX_COMMANDS &&
    commands.every((command) => command !== '' && command.length <= MAX_COMMAND) &&
    claim.signedSecret.length <= MAX_SECRET &&
    Number.isSafeInteger(claim.signedAt)
  )
}

function isPlain(text: string, max: number): boolean {
  return text.length <= max && !text.includes('|')
}

/** True for a nonce that a server would have made. */
export function isNonce(nonce: string): boolean {
  return nonce !== '' && isPlain(nonce, MAX_NONCE)
}
