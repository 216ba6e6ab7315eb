import { MAX_SETUP_URLS } from './limits.ts'
import type { SetupPayload } from './setup-payload.ts'

/**
 * The text that a person pastes into an app: base64url of JSON, without padding. Further addresses than 8 are left out.
 *
 * Give `token` the value of `bootstrapToken` where older apps are to understand it as well.
 */
export function encodeSetupCode(payload: SetupPayload): string {
  const { url, urls, bootstrapToken, token, expiresAtMs, tlsFingerprint } = payload
  // In this order, and what is `undefined` is left out by JSON.
  const written = {
    url,
    urls: urls?.slice(0, MAX_SETUP_URLS),
    bootstrapToken,
    token,
    expiresAtMs,
    tlsFingerprint,
  }
  const bytes = new TextEncoder().encode(JSON.stringify(written))
  const base64 = btoa(String.fromCharCode(...bytes))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}
