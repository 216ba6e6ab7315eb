import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { ConnectAuth, ConnectParams } from '@openclaw/pairing-protocol'

/** A device with a real key. */
export interface TestDevice {
  readonly id: string
  readonly publicKey: string
  readonly privateKey: KeyObject
}

export function testDevice(): TestDevice {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  return {
    id: createHash('sha256').update(raw).digest('hex'),
    publicKey: raw.toString('base64url'),
    privateKey,
  }
}

/** What a client asks for; a node unless said otherwise. */
export interface Ask {
  readonly role?: string
  readonly scopes?: readonly string[]
  readonly commands?: readonly string[]
  readonly auth?: ConnectAuth
  readonly mode?: string
  readonly platform?: string
  readonly displayName?: string
  readonly minProtocol?: number
  readonly maxProtocol?: number
}

/** Parameters of `connect` without a device. */
export function connectParams(ask: Ask = {}): ConnectParams {
  const role = ask.role ?? 'node'
  const mode = ask.mode ?? (role === 'node' ? 'node' : 'ui')
  return {
    minProtocol: ask.minProtocol ?? 3,
    maxProtocol: ask.maxProtocol ?? 4,
    client: {
      id: role === 'node' ? 'node-host' : 'cli',
      version: '2026.2.17',
      platform: ask.platform ?? 'linux',
      mode,
      ...(ask.displayName === undefined ? {} : { displayName: ask.displayName }),
    },
    caps: [],
    role,
    scopes: ask.scopes ?? [],
    ...(role === 'node' ? { commands: ask.commands ?? ['system.run', 'system.which'] } : {}),
    ...(ask.auth === undefined ? {} : { auth: ask.auth }),
  }
}

/** Parameters of `connect`, signed over a nonce as clients of 2026.2 sign. */
export function signedParams(
  device: TestDevice,
  nonce: string,
  { signedAt, ...ask }: Ask & { readonly signedAt: number },
): ConnectParams {
  const params = connectParams(ask)
  const { auth, client, role = 'operator', scopes = [] } = params
  const token = auth?.token ?? auth?.deviceToken ?? auth?.bootstrapToken ?? ''
  const text = [
    'v2',
    device.id,
    client.id,
    client.mode,
    role,
    scopes.join(','),
    String(signedAt),
    token,
    nonce,
  ].join('|')
  const signature = sign(null, Buffer.from(text), device.privateKey).toString('base64url')
  const { id, publicKey } = device
  return { ...params, device: { id, publicKey, signature, signedAt, nonce } }
}
