import { parseFingerprint } from '@openclaw/pairing-contracts'
import { MAX_SETUP_URL_LENGTH, MAX_SETUP_URLS } from './limits.ts'
import type { SetupCodeFault, SetupCodeReading, SetupPayload } from './setup-payload.ts'
import { isSecret } from './words.ts'

type Found = Readonly<Record<string, unknown>>
/** What was found, or what is wrong with it. */
type Part<T> = { readonly value: T } | { readonly fault: SetupCodeFault }

/** Reads the object inside a setup code. Unknown members are left out. */
export function readSetupPayload(found: Found): SetupCodeReading {
  const secret = secretOf(found)
  const urls = urlsOf(found)
  if (isMissing(secret, 'no-secret') && isMissing(urls, 'no-url')) {
    return { ok: false, fault: 'not-a-setup-code' }
  }
  if ('fault' in secret) return { ok: false, fault: secret.fault }
  if ('fault' in urls) return { ok: false, fault: urls.fault }
  if (isTorn(found)) return { ok: false, fault: 'cut-off' }
  const pin = pinOf(found)
  if ('fault' in pin) return { ok: false, fault: pin.fault }
  const { expiresAtMs, bootstrapToken } = found
  const isTime = typeof expiresAtMs === 'number' && Number.isSafeInteger(expiresAtMs)
  const payload: SetupPayload = {
    ...urls.value,
    ...secret.value,
    ...(isTime && expiresAtMs >= 0 ? { expiresAtMs } : {}),
    ...pin.value,
  }
  const holds = bootstrapToken === undefined ? 'gateway-secret' : 'setup-secret'
  return { ok: true, payload, holds }
}

function isMissing(part: Part<unknown>, fault: SetupCodeFault): boolean {
  return 'fault' in part && part.fault === fault
}

/** 32 bytes as base64url. */
const SETUP_SECRET = /^[\w-]{43}$/

/** Both members hold one secret; where they differ, or one has another length, something is missing. */
function secretOf({
  bootstrapToken,
  token,
}: Found): Part<Pick<SetupPayload, 'bootstrapToken' | 'token'>> {
  const given = bootstrapToken ?? token
  if (given === undefined || given === '') return { fault: 'no-secret' }
  if (!isSecret(given)) return { fault: 'not-a-setup-code' }
  if (bootstrapToken !== undefined && !SETUP_SECRET.test(given)) return { fault: 'cut-off' }
  if (token !== undefined && token !== given) return { fault: 'cut-off' }
  return { value: { bootstrapToken: given, ...(token === undefined ? {} : { token: given }) } }
}

function urlsOf(found: Found): Part<Pick<SetupPayload, 'url' | 'urls'>> {
  const listed = Array.isArray(found['urls']) ? found['urls'] : []
  const url = found['url'] ?? fromHost(found) ?? listed[0]
  if (url === undefined || url === '') return { fault: 'no-url' }
  if (!isSetupUrl(url)) return { fault: 'bad-url' }
  // A newer gateway may name ways that are not for us.
  const urls = listed.filter(isSetupUrl).slice(0, MAX_SETUP_URLS)
  return { value: { url, ...(urls.length === 0 ? {} : { urls }) } }
}

/** The first moment with as many digits as every one has that a code may name. */
const THIRTEEN_DIGITS = 1_000_000_000_000

/** What a gateway of ours writes says secret and address twice, and when it ends in 13 digits: other than that, something is missing. */
function isTorn({ url, urls, bootstrapToken, token, expiresAtMs }: Found): boolean {
  if (bootstrapToken === undefined) return expiresAtMs !== undefined
  if (bootstrapToken !== token) return false
  if (Array.isArray(urls) && urls[0] !== url) return true
  return typeof expiresAtMs === 'number' && expiresAtMs < THIRTEEN_DIGITS
}

const DEFAULT_PORT = 18_789

/** How the first apps were told where to connect. */
function fromHost({ host, port = DEFAULT_PORT, tls }: Found): string | undefined {
  if (typeof host !== 'string' || host === '') return undefined
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  return `${tls === true ? 'wss' : 'ws'}://${name}:${String(port)}`
}

/** `ws(s)://host[:port][/path]`, and nothing else: no name, no password, no question. */
function isSetupUrl(url: unknown): url is string {
  if (typeof url !== 'string' || url.length > MAX_SETUP_URL_LENGTH) return false
  if (!/^wss?:\/\/[^\s@?#\\]+$/i.test(url) || !URL.canParse(url)) return false
  return new URL(url).hostname !== ''
}

const PIN_LENGTH = 64

/** A fingerprint that cannot be read is never left out: without it, any certificate of an authority would do. */
function pinOf({ tlsFingerprint: given }: Found): Part<Pick<SetupPayload, 'tlsFingerprint'>> {
  if (given === undefined || given === null) return { value: {} }
  const tlsFingerprint = typeof given === 'string' ? parseFingerprint(given) : undefined
  if (tlsFingerprint !== undefined) return { value: { tlsFingerprint } }
  const isShort = typeof given === 'string' && given.length < PIN_LENGTH
  return { fault: isShort ? 'cut-off' : 'not-a-setup-code' }
}
