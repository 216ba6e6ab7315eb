import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import type { Admission, ConnectClaim, DeviceDescription } from '@openclaw/device-pairing'
import { type NodePairing, openPairing } from '@openclaw/pairing/node'
import type { Home } from './cli.ts'

const SPKI_LENGTH = 12
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const NONCE = '5f6f0e0c-0000-4000-8000-000000000001'

/** A device with a real key, always the same for the same name. */
export interface TestDevice {
  /** Makes the key. */
  readonly key: string
  readonly role?: 'node' | 'operator'
  readonly scopes?: readonly string[]
  readonly commands?: readonly string[]
  readonly description?: Partial<DeviceDescription>
  readonly address?: string
  /** A paired device that has nothing but its key; else it has the secret of the gateway. */
  readonly bare?: true
}

/** The id of the device with a key. */
export function deviceIdOf(key: string): string {
  return createHash('sha256').update(rawKey(key)).digest('hex')
}

/** Its public key, as 32 bytes in base64url. */
export function publicKeyOf(key: string): string {
  return rawKey(key).toString('base64url')
}

function secretOf(key: string): KeyObject {
  const seed = createHash('sha256').update(`test key ${key}`).digest()
  return createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
}

function rawKey(key: string): Buffer {
  const open = createPublicKey(secretOf(key))
  return open.export({ format: 'der', type: 'spki' }).subarray(SPKI_LENGTH)
}

/** The claim of a connect, signed over the nonce as the protocol has it. */
function signedClaim({ key, role = 'node', scopes = [], commands, description }: TestDevice) {
  const described = { displayName: key, platform: 'linux', clientId: 'node-host', clientMode: role }
  const claim: ConnectClaim = {
    deviceId: deviceIdOf(key),
    publicKey: publicKeyOf(key),
    signature: '',
    signedAt: Date.now(),
    nonce: NONCE,
    role,
    scopes,
    commands: commands ?? (role === 'node' ? ['system.which'] : []),
    description: { ...described, ...description },
    signedSecret: '',
  }
  const { clientId, clientMode } = claim.description
  const who = ['v2', claim.deviceId, clientId, clientMode, role, scopes.join(',')]
  const text = [...who, String(claim.signedAt), '', NONCE].join('|')
  const signature = sign(null, Buffer.from(text), secretOf(key)).toString('base64url')
  return { ...claim, signature }
}

/** A device connects: through the real door, on the real store of a home. */
export async function connects(
  home: Pick<Home, 'env'>,
  device: TestDevice,
  deviceToken?: string,
): Promise<Admission> {
  const pairing = await openPairing({ env: home.env })
  try {
    return await arrives(pairing, device, deviceToken)
  } finally {
    await pairing.close()
  }
}

/** A device connects where the state is open already. */
export async function arrives(
  pairing: Pick<NodePairing, 'devices'>,
  device: TestDevice,
  deviceToken?: string,
): Promise<Admission> {
  const { pairing: door } = pairing.devices()
  const proven = door.prove(signedClaim(device), NONCE)
  if ('fault' in proven) throw new Error(`not proven: ${proven.fault}`)
  return door.arrive({
    device: proven,
    deviceToken,
    mayAsk: { by: device.bare ? 'nothing' : 'shared-secret' },
    address: device.address ?? '203.0.113.9',
    local: false,
  })
}

/** A device connects and waits for the owner; answers the id of its request. */
export async function waits(home: Pick<Home, 'env'>, device: TestDevice): Promise<string> {
  const admission = await connects(home, device)
  if (admission.outcome === 'waiting') return admission.request.requestId
  if (admission.outcome === 'admitted' && admission.asks) return admission.asks.request.requestId
  throw new Error(`it does not wait: ${admission.outcome}`)
}

/** A device that was approved by the command, and connected once. */
export async function paired(home: Home, device: TestDevice): Promise<string> {
  const requestId = await waits(home, device)
  const { exit, stderr } = await home.run(['devices', 'approve', requestId])
  if (exit !== 0) throw new Error(stderr)
  const admission = await connects(home, device)
  if (admission.outcome !== 'admitted') throw new Error(`not admitted: ${admission.outcome}`)
  return deviceIdOf(device.key)
}

/** A node asks in the older pairing; answers the id of its request. */
export async function asksAsNode(home: Pick<Home, 'env'>, nodeId: string): Promise<string> {
  const pairing = await openPairing({ env: home.env })
  try {
    const { legacyNodes } = pairing.devices()
    const actor = { kind: 'library', name: 'test' } as const
    const asked = await legacyNodes.request(actor, {
      nodeId,
      displayName: 'Legacy',
      platform: 'ios',
      caps: ['canvas'],
      commands: ['canvas.present'],
    })
    if (asked.outcome !== 'waiting') throw new Error(`it does not wait: ${asked.outcome}`)
    return asked.request.requestId
  } finally {
    await pairing.close()
  }
}
