import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { GatewayTls } from '@openclaw/pairing-config'
import { drawnFile } from '../machine/drawn-file.ts'
import type { DrawOptions } from './certify.ts'

/**
 * Makes the key, where there is none, and then a certificate for the key that is there: so neither two processes at once
 * nor a crash in between leave two halves that do not belong together.
 *
 * @throws `StateDirUnusable` when a file cannot be made
 */
export async function drawCertificate(
  { certPath, keyPath }: Pick<GatewayTls, 'certPath' | 'keyPath'>,
  options: DrawOptions,
): Promise<void> {
  const privateKey = await drawnFile(keyPath, drawKey)
  await drawnFile(certPath, async () => {
    // A part of its own: most starts find a certificate.
    const { certify } = await import('./certify.ts')
    return certify(privateKey, options)
  })
}

async function drawKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
}
