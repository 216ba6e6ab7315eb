import { MAX_SETUP_URLS } from './limits.ts'
import type { SetupPayload } from './setup-payload.ts'

/** What is to stand in a setup code. Holds a secret. */
export interface SetupContent
  extends Pick<SetupPayload, 'url' | 'urls' | 'bootstrapToken' | 'expiresAtMs'> {
  readonly tlsFingerprint?: string | undefined
}

/**
 * The text that a person pastes into an app: base64url of JSON, without padding. Further addresses than 8 are left out.
 *
 * The secret stands in it twice: as `bootstrapToken`, and as `token`, where apps of 2026.2 look for it.
 */
export function encodeSetupCode(content: SetupContent): string {
  const { url, urls = [], bootstrapToken, expiresAtMs, tlsFingerprint } = content
  const others = urls.some((other) => other !== url)
  // In this order, and what is `undefined` is left out by JSON.
  const written = {
    url,
    urls: others ? urls.slice(0, MAX_SETUP_URLS) : undefined,
    bootstrapToken,
    token: bootstrapToken,
    expiresAtMs,
    tlsFingerprint,
  }
  const bytes = new TextEncoder().encode(JSON.stringify(written))
  const base64 = btoa(String.fromCharCode(...bytes))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}
