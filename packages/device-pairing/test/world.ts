import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { memoryStore } from '@openclaw/credential-store'
import type { Actor, Collection, CredentialStore, Json } from '@openclaw/pairing-contracts'
import { type FixedClock, fixedClock, seededRandom } from '@openclaw/pairing-testing'
import {
  type Admission,
  type Arrival,
  type ConnectClaim,
  type DevicePairing,
  type DevicePairingOptions,
  type DevicePairingPorts,
  type DeviceRequest,
  devicePairing,
  type ProvenDevice,
  type ShownRequest,
} from '../src/index.ts'

export const ROOT: Actor = { kind: 'root', user: 'anna' }
export const PAGE: Actor = { kind: 'page', session: 's1' }
export const OWNER: Actor = {
  kind: 'owner',
  channel: 'telegram',
  account: 'default',
  senderId: '999',
}
export const SECOND = 1_000
export const MINUTE = 60_000

const SPKI = Buffer.from('302a300506032b6570032100', 'hex')
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
export const sha256Bytes = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex')
export const cryptoPorts: Pick<DevicePairingPorts, 'sha256' | 'sha256Bytes' | 'verifyEd25519'> = {
  sha256,
  sha256Bytes,
  verifyEd25519: (publicKey, message, signature) => {
    const der = Buffer.concat([SPKI, publicKey])
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
    return verify(null, Buffer.from(message, 'utf8'), key, signature)
  },
}

/** A key pair, always the same for the same name. */
export interface Key {
  readonly deviceId: string
  readonly publicKey: string
  readonly pem: string
  readonly secret: KeyObject
}

export function keyOf(name: string): Key {
  const seed = createHash('sha256').update(`test key ${name}`).digest()
  const secret = createPrivateKey({
    key: Buffer.concat([PKCS8, seed]),
    format: 'der',
    type: 'pkcs8',
  })
  const open = createPublicKey(secret)
  const raw = open.export({ format: 'der', type: 'spki' }).subarray(SPKI.length)
  return {
    deviceId: sha256Bytes(raw),
    publicKey: raw.toString('base64url'),
    pem: open.export({ format: 'pem', type: 'spki' }).toString(),
    secret,
  }
}

export const NONCE = '5f6f0e0c-0000-4000-8000-000000000001'

export interface ClaimOptions extends Partial<ConnectClaim> {
  readonly version?: 'v1' | 'v2' | 'v3'
}

/** A signed claim of a node with one command, unless told otherwise. */
export function claim(name: string, over: ClaimOptions = {}): ConnectClaim {
  const key = keyOf(name)
  const { version = 'v3', ...rest } = over
  const unsigned: ConnectClaim = {
    deviceId: key.deviceId,
    publicKey: key.publicKey,
    signature: '',
    signedAt: Date.UTC(2026, 2, 1, 10),
    nonce: NONCE,
    role: 'node',
    scopes: [],
    commands: ['system.which'],
    description: {
      displayName: name,
      platform: 'linux',
      deviceFamily: 'Linux',
      clientId: 'node-host',
      clientMode: 'node',
    },
    signedSecret: '',
    ...rest,
  }
  const { description } = unsigned
  const fields = [
    version,
    unsigned.deviceId,
    description.clientId,
    description.clientMode,
    unsigned.role,
    unsigned.scopes.join(','),
    unsigned.signedAt,
    unsigned.signedSecret,
    ...(version === 'v1' ? [] : [unsigned.nonce]),
    ...(version === 'v3'
      ? [description.platform ?? '', description.deviceFamily ?? ''].map((text) =>
          text.trim().toLowerCase(),
        )
      : []),
  ]
  const signature = sign(null, Buffer.from(fields.join('|')), key.secret).toString('base64url')
  return { ...unsigned, signature, ...(over.signature === undefined ? {} : over) }
}

export interface World {
  readonly clock: FixedClock
  readonly store: CredentialStore
  readonly door: DevicePairing
  /** Transactions begun, by action. */
  readonly begun: Map<string, number>
  /** Transactions that changed something. */
  readonly written: () => number
  failing: Error | undefined
  /** Done once, just before the next transaction begins: what another process does in between. */
  meanwhile: (() => Promise<unknown>) | undefined
  /** A second process on the same store. */
  readonly another: () => DevicePairing
}

export function world(
  options: DevicePairingOptions = {},
  seed: number = 7,
  more: Pick<DevicePairingPorts, 'isOwner'> = {},
): World {
  const clock = fixedClock()
  const inner = memoryStore({ clock })
  const begun = new Map<string, number>()
  const store: CredentialStore = {
    ...inner,
    transact: async (intent, work) => {
      begun.set(intent.action, (begun.get(intent.action) ?? 0) + 1)
      if (here.failing) throw here.failing
      const { meanwhile } = here
      here.meanwhile = undefined
      await meanwhile?.()
      return inner.transact(intent, work)
    },
  }
  const random = seededRandom(seed)
  const build = (): DevicePairing =>
    devicePairing({ store, clock, random, ...cryptoPorts, ...more }, options)
  const here: World = {
    clock,
    store,
    door: build(),
    begun,
    written: () => store.view(raw('devices.paired')).seq(),
    failing: undefined,
    meanwhile: undefined,
    another: build,
  }
  return here
}

export interface ArrivalOptions extends Partial<Omit<Arrival, 'device'>> {
  readonly role?: 'node' | 'operator'
  readonly scopes?: readonly string[]
  readonly commands?: readonly string[]
  readonly description?: Partial<ProvenDevice['description']>
}

/** A proven device that arrives with the shared secret, unless told otherwise. */
export function arrival(name: string, over: ArrivalOptions = {}): Arrival {
  const { role = 'node', scopes = [], commands, description, ...rest } = over
  const { deviceId, publicKey } = keyOf(name)
  return {
    device: {
      deviceId,
      publicKey,
      role,
      scopes: [...new Set(scopes)].sort(),
      commands: [...new Set(commands ?? (role === 'node' ? ['system.which'] : []))].sort(),
      description: {
        displayName: name,
        platform: 'linux',
        clientId: 'cli',
        clientMode: 'cli',
        ...description,
      },
      payload: 'v3',
    },
    deviceToken: undefined,
    mayAsk: { by: 'shared-secret' },
    address: '203.0.113.9',
    local: false,
    ...rest,
  }
}

export type Admitted = Extract<Admission, { outcome: 'admitted' }>

export async function asks(
  door: DevicePairing,
  name: string,
  over: ArrivalOptions = {},
): Promise<DeviceRequest> {
  const outcome = await door.arrive(arrival(name, over))
  if (outcome.outcome !== 'waiting') throw new Error(`not waiting: ${JSON.stringify(outcome)}`)
  return outcome.request
}

export async function admitted(
  door: DevicePairing,
  name: string,
  over: ArrivalOptions = {},
): Promise<Admitted> {
  const outcome = await door.arrive(arrival(name, over))
  if (outcome.outcome !== 'admitted') throw new Error(`not admitted: ${JSON.stringify(outcome)}`)
  return outcome
}

/** A setup code of root. */
export async function newCode(door: DevicePairing, actor: Actor = ROOT) {
  const outcome = await door.setup.create(actor)
  if (outcome.outcome !== 'created') throw new Error(`no code: ${outcome.outcome}`)
  return { ...outcome.setup, secret: outcome.secret }
}

/** Where a setup code is in its life. */
export async function codeState(door: DevicePairing, setupId: string) {
  const codes = await door.setup.list(ROOT)
  if ('outcome' in codes) throw new Error('root is denied')
  return codes.find((code) => code.setupId === setupId)?.state
}

/** What lets a key ask by a setup code that was made for it. */
export async function boundCode(door: DevicePairing, name: string) {
  const { secret } = await newCode(door)
  const outcome = await door.setup.redeem(secret, keyOf(name).deviceId)
  if (outcome.outcome !== 'redeemed') throw new Error(`not bound: ${outcome.outcome}`)
  return { by: 'setup-code', setupId: outcome.setupId } as const
}

/** Asks, is approved by root, connects: a device with its token. */
export async function paired(
  door: DevicePairing,
  name: string,
  over: ArrivalOptions = {},
): Promise<Admitted & { readonly secret: string }> {
  const { requestId } = await asks(door, name, over)
  const approved = await door.approve(ROOT, requestId)
  if (approved.outcome !== 'approved') throw new Error(`not approved: ${approved.outcome}`)
  const outcome = await admitted(door, name, over)
  return { ...outcome, secret: outcome.token?.token ?? '' }
}

export async function shown(door: DevicePairing, requestId: string): Promise<ShownRequest> {
  const found = await door.find(ROOT, requestId)
  if (found.outcome !== 'waiting') throw new Error(`not waiting: ${found.outcome}`)
  return found.request
}

export function operator(name: string, ...scopes: readonly string[]): Actor {
  return { kind: 'operator', deviceId: keyOf(name).deviceId, scopes }
}

/** A collection as raw JSON, to look at what was stored. */
export function raw(name: string): Collection<Json> {
  return { name, decode: (value) => value, encode: (value) => value }
}

export function stored(store: CredentialStore, name: string): Readonly<Record<string, Json>> {
  const entries = store.view(raw(name)).entries('')
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]))
}
