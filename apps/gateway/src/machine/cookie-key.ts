import { randomBytes } from 'node:crypto'
import { CookieKeyDamaged, StateDirUnusable } from '../errors.ts'
import { createPrivateFile, errnoOf, readIfThere } from './private-files.ts'

const BYTES = 32

/**
 * The key that marks the web chat's cookies: drawn once, kept in a file of its owner, the same after a restart.
 * It makes new visitors, it does not make anybody an old one: those have 256 bits of their own that are kept nowhere.
 *
 * @throws {@link CookieKeyDamaged} when the file holds no key: another one would make every visitor a stranger
 */
export async function cookieKey(path: string): Promise<Uint8Array> {
  try {
    const drawn = `${randomBytes(BYTES).toString('base64url')}\n`
    // Whoever was faster made it; then theirs counts.
    const found = (await readIfThere(path)) ?? (await made(path, drawn))
    const key = Buffer.from(found.trim(), 'base64url')
    if (key.byteLength !== BYTES) throw new CookieKeyDamaged(path)
    return key
  } catch (error) {
    const why = errnoOf(error)
    throw why === undefined ? error : new StateDirUnusable(path, why)
  }
}

async function made(path: string, drawn: string): Promise<string> {
  return (await createPrivateFile(path, drawn)) ? drawn : ((await readIfThere(path)) ?? '')
}
