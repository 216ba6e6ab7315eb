import type { RandomBytes, SenderId, Sha256 } from '@openclaw/pairing-contracts'
import { COOKIE_BYTES, COOKIE_MAX_AGE_S } from './limits.ts'

const NAME = 'openclaw_chat'
const form = /^([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})$/

/** Who a browser is. */
export interface Identity {
  /** 128 bits of the hash of what was drawn, so that an id in a list or file does not open the chat. */
  readonly senderId: SenderId
  /** What the browser keeps: 256 random bits and this server's mark on them. */
  readonly cookie: string
}

/** Draws identities, and knows its own again. */
export interface Identities {
  /** The identity that a request brings, when this server drew it; settles in the order of the calls. */
  readonly of: (request: Request) => Promise<Identity | undefined>
  readonly draw: () => Promise<Identity>
}

/** What {@link identities} works with. */
export interface IdentitiesComponents {
  readonly random: RandomBytes
  readonly sha256: Sha256
  /** 32 bytes */
  readonly cookieKey: Uint8Array
}

/** Identities under one key; nobody without it can make one that is accepted. */
export function identities({ random, sha256, cookieKey }: IdentitiesComponents): Identities {
  const mac = macWith(cookieKey)
  let last: Promise<unknown> = Promise.resolve()
  const identity = (drawn: string, mark: string): Identity => ({
    senderId: `web-${sha256(`openclaw-webchat:${drawn}`).slice(0, 32)}` as SenderId,
    cookie: `${drawn}.${mark}`,
  })
  const find = async (request: Request): Promise<Identity | undefined> => {
    for (const [, drawn = '', mark = ''] of candidates(request)) {
      if (await mac.verify(drawn, mark)) return identity(drawn, mark)
    }
    return undefined
  }
  return {
    of: (request) => {
      const found = last.then(() => find(request))
      last = found.catch(() => {})
      return found
    },
    draw: async () => {
      const drawn = encode(random(COOKIE_BYTES))
      return identity(drawn, await mac.sign(drawn))
    },
  }
}

/** The `Set-Cookie` header that gives a browser its identity, or renews it. */
export function setCookie(cookie: string, mount: string, scheme: 'http' | 'https'): string {
  const secure = scheme === 'https' ? '; Secure' : ''
  return `${NAME}=${cookie}; Path=${mount}; Max-Age=${String(COOKIE_MAX_AGE_S)}; HttpOnly; SameSite=Strict${secure}`
}

/** Cookies of the right shape; a page of a neighbouring name may have set others of this name. */
function candidates(request: Request): readonly RegExpExecArray[] {
  return (request.headers.get('cookie') ?? '').split(';').flatMap((part) => {
    const [name, value = ''] = part.trim().split('=', 2)
    const match = name === NAME ? form.exec(value) : null
    return match === null ? [] : [match]
  })
}

/** HMAC-SHA256 as base64url; compared in constant time. */
function macWith(secret: Uint8Array) {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const { subtle } = globalThis.crypto
  const key = subtle.importKey('raw', new Uint8Array(secret), algorithm, false, ['sign', 'verify'])
  const labelled = (drawn: string) => new TextEncoder().encode(`openclaw-webchat-cookie:${drawn}`)
  return {
    sign: async (drawn: string): Promise<string> =>
      encode(new Uint8Array(await subtle.sign('HMAC', await key, labelled(drawn)))),
    verify: async (drawn: string, mark: string): Promise<boolean> =>
      subtle.verify('HMAC', await key, decode(mark), labelled(drawn)),
  }
}

const encode = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

const decode = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (each) =>
    each.charCodeAt(0),
  )
