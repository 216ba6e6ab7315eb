import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { GatewayTokenDamaged } from '../errors.ts'
import { drawnFile } from './drawn-file.ts'

const BYTES = 32
const WORD = /^[\x21-\x7e]{24,1024}$/

/** Where the file lies. */
export function gatewayTokenPath(stateDir: string): string {
  return join(stateDir, 'gateway-token')
}

/**
 * The secret that lets devices ask for pairing, where the configuration has none: drawn once, kept in a file of its
 * owner. It lets nobody in by itself.
 *
 * @throws {@link GatewayTokenDamaged} when the file holds no secret: another one would surprise who was given this one
 */
export async function gatewayToken(path: string): Promise<string> {
  const found = await drawnFile(path, () => `${randomBytes(BYTES).toString('base64url')}\n`)
  const token = found.trim()
  if (!WORD.test(token)) throw new GatewayTokenDamaged(path)
  return token
}
