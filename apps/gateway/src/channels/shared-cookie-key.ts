import { randomBytes } from 'node:crypto'
import type { Actor, Collection, CredentialStore, Scope } from '@openclaw/pairing-contracts'
import { readCookieKey } from '../machine/cookie-key.ts'

const BYTES = 32
const ACTOR: Actor = { kind: 'system', part: 'webchat' }
const SCOPE = 'webchat' as Scope

/** The key that marks the web chat's cookies, where several gateways share it; one record. */
const KEYS: Collection<Uint8Array> = {
  name: 'webchat.keys',
  decode: (value) => {
    const text = typeof value === 'string' ? value : ''
    const key = Buffer.from(text, 'base64url')
    if (key.byteLength !== BYTES) throw new TypeError('not a key of cookies')
    return key
  },
  encode: (key) => Buffer.from(key).toString('base64url'),
}

/**
 * The key of the web chat's cookies in the store: drawn once by whichever gateway comes first. One that this machine drew while it was
 * alone is taken over, so that its visitors stay who they are.
 *
 * @param path - where such a key lies; the file stays as it is
 * @throws `CookieKeyDamaged` when that file holds no key; what the store throws
 */
export async function sharedCookieKey(store: CredentialStore, path: string): Promise<Uint8Array> {
  const known = store.view(KEYS).get('cookies')
  if (known !== undefined) return known
  const own = (await readCookieKey(path)) ?? randomBytes(BYTES)
  return store.transact({ scope: SCOPE, actor: ACTOR, action: 'webchat.key' }, async (tx) => {
    const theirs = await tx.get(KEYS, 'cookies')
    if (theirs === undefined) tx.put(KEYS, 'cookies', own)
    return theirs ?? own
  })
}
