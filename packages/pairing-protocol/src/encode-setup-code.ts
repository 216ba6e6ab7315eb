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
 * The secret stands in it twice: as `bootstrapToken`, and as `token`, where apps of 2026.2 look for it. So does the first
 * address, as `url` and in `urls`: a text that lost characters on the way is not taken for another one.
 */
export function encodeSetupCode(content: SetupContent): string {
  return encoded(content, addressesOf(content))
}

/** The same for a QR code, which loses no characters: what would only be said again is left out, so that it is smaller. */
export function encodeSetupCodeToScan(content: SetupContent): string {
  const addresses = addressesOf(content)
  return encoded(content, addresses.length > 1 ? addresses : undefined)
}

function addressesOf({ url, urls = [] }: SetupContent): readonly string[] {
  return [url, ...urls.filter((other) => other !== url)]
}

function encoded(content: SetupContent, urls: readonly string[] | undefined): string {
  const { url, bootstrapToken, expiresAtMs, tlsFingerprint } = content
  // In this order, and what is `undefined` is left out by JSON.
  const written = {
    url,
    urls: urls?.slice(0, MAX_SETUP_URLS),
    bootstrapToken,
    token: bootstrapToken,
    expiresAtMs,
    tlsFingerprint,
  }
  const bytes = new TextEncoder().encode(JSON.stringify(written))
  const base64 = btoa(String.fromCharCode(...bytes))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}
