/** What a setup code says to a device that is to be paired. Holds a secret. */
export interface SetupPayload {
  /** Where the gateway is: `ws(s)://host[:port][/path]`. */
  readonly url: string
  /** Where else it is, in the order to try; at most 8. */
  readonly urls?: readonly string[]
  /** The secret to ask with: 32 random bytes as base64url, 43 characters. */
  readonly bootstrapToken: string
  /** The same secret, where older apps look for it. */
  readonly token?: string
  /** When the secret ends if no device has shown it, in ms since 1970. */
  readonly expiresAtMs?: number
  /** SHA-256 of the gateway's own certificate: 64 hex digits. */
  readonly tlsFingerprint?: string
}

/**
 * Why a text is not read as a setup code.
 *
 * - `empty`: there is nothing
 * - `cut-off`: the beginning, the end or something between is missing
 * - `not-a-setup-code`: something else
 * - `no-url`, `bad-url`: it does not say where the gateway is, or not as `ws(s)://host[:port][/path]`
 * - `no-secret`: it does not say what to ask with
 * - `too-long`: it is longer than any setup code; it was not looked at
 */
export type SetupCodeFault =
  | 'empty'
  | 'cut-off'
  | 'not-a-setup-code'
  | 'no-url'
  | 'bad-url'
  | 'no-secret'
  | 'too-long'

/**
 * What was read.
 *
 * `holds` says what the secret is: one that ends soon and serves one device, or, in codes of OpenClaw 2026.2, the secret
 * of the gateway itself, to be shown as `auth.token`.
 */
export type SetupCodeReading =
  | {
      readonly ok: true
      readonly payload: SetupPayload
      readonly holds: 'setup-secret' | 'gateway-secret'
    }
  | { readonly ok: false; readonly fault: SetupCodeFault }
