import * as z from 'zod'
import { checker } from '../check.ts'
import { systemPorts } from '../node/system-ports.ts'
import { ClientFileNotWritten, IdentityMismatch, IdentityUnreadable } from './file-errors.ts'
import { type DeviceIdentity, drawKeyPair, identityOfPem, publicKeyOfPem } from './identity.ts'
import type { ClientPorts } from './ports.ts'
import { createPrivateFile, parseJson, readPrivateFile } from './private-file.ts'

interface KeptIdentity {
  readonly version: 1
  readonly deviceId: string
  readonly publicKeyPem: string
  readonly privateKeyPem: string
}

const checkKept = checker<KeptIdentity>(
  z.looseObject({
    version: z.literal(1),
    deviceId: z.string(),
    publicKeyPem: z.string(),
    privateKeyPem: z.string(),
  }),
)

/**
 * The identity in a file such as `identity/device.json`; a new one, mode 0600, where there is no file yet. Of two
 * processes that find none at the same moment, both get the one that was first.
 *
 * @throws {@link IdentityUnreadable} when the file exists but is no identity; it is left as it is
 * @throws {@link IdentityMismatch} when its id or public key is not the one of its private key
 * @throws {@link ClientFileNotWritten} when a new one cannot be kept
 */
export async function loadIdentity(
  path: string,
  { clock }: Pick<ClientPorts, 'clock'> = systemPorts,
): Promise<DeviceIdentity> {
  const kept = await readIdentity(path)
  if (kept !== undefined) return kept
  const { keyPair, text } = newIdentity(path, clock.now())
  const made = await createPrivateFile(path, text).catch((cause: unknown) => {
    throw new ClientFileNotWritten(path, cause)
  })
  if (made === 'made') return keyPair
  const first = await readIdentity(path)
  if (first === undefined) throw new IdentityUnreadable(path, 'it came and went')
  return first
}

function newIdentity(path: string, createdAtMs: number): { keyPair: DeviceIdentity; text: string } {
  const pems = drawKeyPair()
  const keyPair = identityOfPem(pems.privateKeyPem)
  if (keyPair === undefined) throw new IdentityUnreadable(path, 'a new key cannot be read back')
  const kept = { version: 1, deviceId: keyPair.deviceId, ...pems, createdAtMs }
  return { keyPair, text: `${JSON.stringify(kept, null, 2)}\n` }
}

async function readIdentity(path: string): Promise<DeviceIdentity | undefined> {
  const file = await readPrivateFile(path)
  if (file.found === 'nothing') return undefined
  if (file.found === 'fault') throw new IdentityUnreadable(path, file.why, file.cause)
  const checked = checkKept(parseJson(file.text))
  if (!checked.ok) throw new IdentityUnreadable(path, checked.problem)
  const { deviceId, publicKeyPem, privateKeyPem } = checked.value
  const identity = identityOfPem(privateKeyPem)
  if (identity === undefined) {
    throw new IdentityUnreadable(path, 'privateKeyPem is no ed25519 private key')
  }
  if (identity.publicKey !== publicKeyOfPem(publicKeyPem)) {
    throw new IdentityMismatch(path, 'publicKeyPem')
  }
  if (identity.deviceId !== deviceId) throw new IdentityMismatch(path, 'deviceId')
  return identity
}
