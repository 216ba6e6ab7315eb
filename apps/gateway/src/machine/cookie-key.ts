import { randomBytes } from 'node:crypto'
import { CookieKeyDamaged } from '../errors.ts'
import { drawnFile } from './drawn-file.ts'
import { readIfThere } from './private-files.ts'

const BYTES = 32

/**
 * The key that marks the web chat's cookies: drawn once, kept in a file of its owner, the same after a restart.
 * It makes new visitors, it does not make anybody an old one: those have 256 bits of their own that are kept nowhere.
 *
 * @throws {@link CookieKeyDamaged} when the file holds no key: another one would make every visitor a stranger
 */
export async function cookieKey(path: string): Promise<Uint8Array> {
  const found = await drawnFile(path, () => `${randomBytes(BYTES).toString('base64url')}\n`)
  return keyIn(path, found)
}

/**
 * The key that was drawn on this machine before; `undefined` where none was.
 *
 * @throws {@link CookieKeyDamaged} when the file holds no key
 */
export async function readCookieKey(path: string): Promise<Uint8Array | undefined> {
  const found = await readIfThere(path)
  return found === undefined ? undefined : keyIn(path, found)
}

function keyIn(path: string, text: string): Uint8Array {
  const key = Buffer.from(text.trim(), 'base64url')
  if (key.byteLength !== BYTES) throw new CookieKeyDamaged(path)
  return key
}
