import type { RandomBytes, SenderId, Sha256 } from '@openclaw/pairing-contracts'
import { COOKIE_BYTES, COOKIE_MAX_AGE_S } from './limits.ts'

const NAME = 'openclaw_chat'
const form = /^[A-Za-z0-9_-]{43}([.][A-Za-z0-9_-]{43})?$/

/** The identity that a request brings: a well-formed cookie, or `undefined`. */
export function cookieOf(request: Request): string | undefined {
  const header = request.headers.get('cookie') ?? ''
  for (const part of header.split(';')) {
    const [name, value] = part.trim().split('=', 2)
    if (name === NAME && value !== undefined && form.test(value)) return value
  }
  return undefined
}

/** Draws a new identity: 256 bits as base64url. */
export function drawCookie(random: RandomBytes): string {
  const bytes = random(COOKIE_BYTES)
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** The sender id of a cookie: 128 bits of its hash, so that an id in a list or file does not open the chat. */
export function senderIdOf(cookie: string, sha256: Sha256): SenderId {
  return `web-${sha256(`openclaw-webchat:${cookie}`).slice(0, 32)}` as SenderId
}

/** The `Set-Cookie` header that gives a browser its identity, or renews it. */
export function setCookie(cookie: string, mount: string, scheme: 'http' | 'https'): string {
  const secure = scheme === 'https' ? '; Secure' : ''
  return `${NAME}=${cookie}; Path=${mount}; Max-Age=${String(COOKIE_MAX_AGE_S)}; HttpOnly; SameSite=Strict${secure}`
}
