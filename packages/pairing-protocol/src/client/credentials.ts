import type { ConnectAuth } from '../connect.ts'

/** The secret of a gateway, as its owner gave it. */
export type ClientAuth =
  /** The gateway's shared token. */
  | { readonly token: string }
  /** The gateway's shared password. */
  | { readonly password: string }
  /** From a setup code: serves one key, and only to ask for pairing. */
  | { readonly bootstrapToken: string }

/** What one try shows. */
export type Offer =
  | { readonly kind: 'device-token'; readonly token: string; readonly auth: ConnectAuth }
  | { readonly kind: 'secret'; readonly auth: ConnectAuth }
  /** The signature alone. */
  | { readonly kind: 'key' }

/**
 * What to show next: the device's own token, unless it was refused; else the secret; else the signature alone, which
 * admits a paired key at gateways that hold the key for the credential.
 *
 * The device token goes into `auth.token`: gateways of 2026.2 refuse any other member.
 */
export function offerOf(
  cached: string | undefined,
  refused: string | undefined,
  secret: ClientAuth | undefined,
): Offer {
  if (cached !== undefined && cached !== refused) {
    return { kind: 'device-token', token: cached, auth: { token: cached } }
  }
  return secret === undefined ? { kind: 'key' } : { kind: 'secret', auth: secret }
}
