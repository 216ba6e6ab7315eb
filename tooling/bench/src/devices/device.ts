import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto'

/** A device that the bench made, as one process hands it to another. Its key lives as long as the run. */
export interface BenchDevice {
  readonly deviceId: string
  /** 32 bytes as base64url. */
  readonly publicKey: string
  /** PKCS #8 as base64. */
  readonly privateKey: string
  /** Handed to it by the gateway. */
  readonly token: string
  /** Where it seems to come from. */
  readonly address: string
  readonly role: 'node' | 'operator'
}

/** What the server sends first. */
export interface Challenge {
  readonly nonce: string
  readonly ts: number
}

/** What every device of the bench says of itself. */
export const client = { id: 'node-host', version: '1.0.0', platform: 'linux', mode: 'node' }

/** What a device of the bench offers. */
export function commandsOf({ role }: Pick<BenchDevice, 'role'>): readonly string[] {
  return role === 'node' ? ['system.which'] : []
}

/** A device with a new key, and an address of its own. */
export function newDevice(index: number, role: BenchDevice['role']): BenchDevice {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)
  return {
    deviceId: createHash('sha256').update(raw).digest('hex'),
    publicKey: raw.toString('base64url'),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    token: '',
    address: `10.${String(index >> 16)}.${String((index >> 8) & 255)}.${String(index & 255)}`,
    role,
  }
}

/** The key to sign with. */
export function keyOf({ privateKey }: BenchDevice): KeyObject {
  const key = Buffer.from(privateKey, 'base64')
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

type Signer = Pick<BenchDevice, 'deviceId' | 'token' | 'role'>

/** What devices of 2026.2 sign. */
export function signedText(device: Signer, challenge: Challenge): string {
  const { deviceId, token, role } = device
  const { nonce, ts } = challenge
  return ['v2', deviceId, client.id, client.mode, role, '', String(ts), token, nonce].join('|')
}

/** The frame that answers a challenge. */
export function connectFrame(device: BenchDevice, key: KeyObject, challenge: Challenge) {
  const { deviceId: id, publicKey, token, role } = device
  const signature = sign(null, Buffer.from(signedText(device, challenge)), key)
  return {
    type: 'req',
    id: 'connect',
    method: 'connect',
    params: {
      minProtocol: 3,
      maxProtocol: 4,
      client,
      role,
      scopes: [],
      caps: [],
      commands: commandsOf(device),
      ...(token === '' ? {} : { auth: { token } }),
      device: {
        id,
        publicKey,
        signature: signature.toString('base64url'),
        signedAt: challenge.ts,
        nonce: challenge.nonce,
      },
    },
  }
}
