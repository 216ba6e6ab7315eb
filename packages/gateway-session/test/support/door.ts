import { createHash, createPublicKey, verify } from 'node:crypto'
import type {
  Admission,
  AdmittedDevice,
  Arrival,
  ConnectClaim,
  Denied,
  DeviceDescription,
  DeviceGrant,
  DevicePairing,
  DeviceRequest,
  KnownDevice,
  NotWaiting,
  ProvenDevice,
  RedeemSetupOutcome,
  SettledDeviceRequest,
  ShownRequest,
} from '@openclaw/device-pairing'
import { InvalidLabel } from '@openclaw/device-pairing'
import type { Actor, Clock, EpochMs } from '@openclaw/pairing-contracts'

const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

interface Role extends DeviceGrant {
  token: string | undefined
  generation: number
}

interface Device {
  readonly deviceId: string
  readonly publicKey: string
  description: DeviceDescription
  label: string | undefined
  readonly roles: Map<string, Role>
}

/** A door in memory: real signatures, simple rules, with levers for tests. */
export interface FakeDoor extends DevicePairing {
  /** Pairs without asking anybody. Answers the token. */
  readonly pair: (
    device: { readonly id: string; readonly publicKey: string },
    access: {
      readonly role: 'node' | 'operator'
      readonly scopes?: readonly string[]
      readonly commands?: readonly string[]
    },
  ) => string
  /** What `prove` answers instead of looking at the signature. */
  proof: ((claim: ConnectClaim, nonce: string) => ReturnType<DevicePairing['prove']>) | undefined
  /** What `arrive` answers instead of deciding. */
  admission: ((arrival: Arrival) => Promise<Admission>) | undefined
  /** Every arrival. */
  readonly arrivals: Arrival[]
  /** What a secret of a setup code is worth; a secret that is not here is unknown. */
  readonly setupSecrets: Map<string, RedeemSetupOutcome>
  /** The keys that showed one. */
  readonly redeemed: string[]
  /** Makes every call fail from now on. */
  broken: Error | undefined
  readonly waiting: () => readonly DeviceRequest[]
}

export function fakeDoor(clock: Clock): FakeDoor {
  const devices = new Map<string, Device>()
  const requests = new Map<string, ShownRequest>()
  const ended = new Map<string, SettledDeviceRequest>()
  const arrivals: Arrival[] = []
  const setupSecrets = new Map<string, RedeemSetupOutcome>()
  const redeemed: string[] = []
  let serial = 0
  const draw = (what: string) => {
    serial += 1
    return `${what}-${String(serial)}`
  }

  const mayDecide = (actor: Actor): Denied | undefined => {
    if (actor.kind === 'root') return undefined
    const scopes = actor.kind === 'operator' ? actor.scopes : []
    if (scopes.includes('operator.admin') || scopes.includes('operator.pairing')) return undefined
    const why = 'the device has not the scope operator.pairing'
    return { outcome: 'denied', code: 'ERR_AUTHORITY_SCOPE_MISSING', why, fix: 'approve it again' }
  }
  // As the real one: an operator sees what waits only with the scope for deciding.
  const mayRead = (actor: Actor): Denied | undefined =>
    actor.kind === 'system' ? undefined : mayDecide(actor)
  const whole = () => {
    if (door.broken !== undefined) throw door.broken
  }
  const serves = (setupId: string) =>
    [...setupSecrets.values()].some(
      (each) => each.outcome === 'redeemed' && each.setupId === setupId,
    )
  const notWaiting = (requestId: string): NotWaiting => {
    const settled = ended.get(requestId)
    return settled === undefined ? { outcome: 'unknown' } : { outcome: 'settled', settled }
  }
  const settle = (requestId: string, outcome: 'approved' | 'rejected', by: Actor) => {
    const request = requests.get(requestId)
    requests.delete(requestId)
    const settled: SettledDeviceRequest = {
      requestId,
      deviceId: request?.deviceId ?? '',
      outcome,
      at: clock.now(),
      by: by.kind,
      successor: undefined,
    }
    ended.set(requestId, settled)
    return settled
  }
  const grant = (
    {
      deviceId,
      publicKey,
      description,
    }: Pick<DeviceRequest, 'deviceId' | 'publicKey' | 'description'>,
    { role, scopes, commands }: Pick<DeviceRequest, 'role' | 'scopes' | 'commands'>,
  ) => {
    const device = devices.get(deviceId) ?? {
      deviceId,
      publicKey,
      description,
      label: undefined,
      roles: new Map<string, Role>(),
    }
    devices.set(deviceId, device)
    const generation = (device.roles.get(role)?.generation ?? 0) + 1
    device.roles.set(role, {
      role,
      scopes,
      commands,
      approvedAt: clock.now(),
      approvedBy: 'root',
      revokedAt: undefined,
      token: undefined,
      generation,
    })
    return device
  }

  const door: FakeDoor = {
    proof: undefined,
    admission: undefined,
    broken: undefined,
    arrivals,
    setupSecrets,
    redeemed,
    waiting: () => [...requests.values()],
    pair: ({ id, publicKey }, { role, scopes = [], commands = ['system.run', 'system.which'] }) => {
      const description = { clientId: 'test', clientMode: 'test', platform: 'linux' }
      const device = grant({ deviceId: id, publicKey, description }, { role, scopes, commands })
      const entry = device.roles.get(role)
      const token = draw('device-token')
      if (entry !== undefined) entry.token = token
      return token
    },
    prove: (claim, nonce) => (door.proof ?? proveForReal)(claim, nonce),
    arrive: async (arrival) => {
      arrivals.push(arrival)
      whole()
      if (door.admission !== undefined) return door.admission(arrival)
      const { device, mayAsk } = arrival
      const role = devices.get(device.deviceId)?.roles.get(device.role)
      const holds =
        role !== undefined &&
        role.revokedAt === undefined &&
        device.scopes.every((each) => covers(role.scopes, each))
      if (holds) return admit(devices.get(device.deviceId), role, arrival)
      if (mayAsk.by === 'nothing' || (mayAsk.by === 'setup-code' && !serves(mayAsk.setupId))) {
        if (role?.revokedAt !== undefined) return { outcome: 'revoked' }
        if (role !== undefined) {
          const scopes = device.scopes.filter((each) => covers(role.scopes, each))
          const less = { ...arrival, device: { ...device, scopes } }
          return admit(devices.get(device.deviceId), role, less)
        }
        const deviceToken = arrival.deviceToken === undefined ? 'absent' : 'stale'
        return { outcome: 'may-not-ask', deviceToken }
      }
      return ask(arrival)
    },
    standing: ({ deviceId, role, generation }) => {
      whole()
      const device = devices.get(deviceId)
      const entry = device?.roles.get(role)
      if (entry === undefined) return { holds: false, because: 'removed' }
      if (entry.revokedAt !== undefined) return { holds: false, because: 'revoked' }
      return entry.generation === generation
        ? { holds: true }
        : { holds: false, because: 'rotated' }
    },
    list: async (actor) => {
      whole()
      const waiting = [...requests.values()]
      const base = { waiting, maxWaiting: 32, turnedAway: undefined }
      return mayRead(actor) ?? { ...base, devices: [...devices.values()].map(known) }
    },
    find: async (actor, requestId) => {
      whole()
      const request = requests.get(requestId)
      const found = request === undefined ? notWaiting(requestId) : { outcome: 'waiting', request }
      return mayDecide(actor) ?? (found as Awaited<ReturnType<DevicePairing['find']>>)
    },
    approve: async (actor, requestId, options) => {
      whole()
      const no = mayDecide(actor)
      if (no !== undefined) return no
      const request = requests.get(requestId)
      if (request === undefined) return notWaiting(requestId)
      if (options?.digest !== request.digest) {
        return { outcome: 'changed', request, difference: request.difference }
      }
      settle(requestId, 'approved', actor)
      return { outcome: 'approved', requestId, device: known(grant(request, request)) }
    },
    reject: async (actor, requestId) => {
      whole()
      const no = mayDecide(actor)
      if (no !== undefined) return no
      if (!requests.has(requestId)) return notWaiting(requestId)
      return { outcome: 'rejected', settled: settle(requestId, 'rejected', actor) }
    },
    remove: async (actor, deviceId) => {
      whole()
      const no = mayDecide(actor)
      if (no !== undefined) return no
      if (!devices.delete(deviceId)) return { outcome: 'not-known', deviceId }
      return { outcome: 'done', changed: true, device: undefined }
    },
    rename: async (actor, deviceId, label) => {
      whole()
      const no = mayDecide(actor)
      if (no !== undefined) return no
      if (label.length > 100) throw new InvalidLabel()
      const device = devices.get(deviceId)
      if (device === undefined) return { outcome: 'not-known', deviceId }
      device.label = label === '' ? undefined : label
      return { outcome: 'done', changed: true, device: known(device) }
    },
    rotate: async (actor, { deviceId, role }, options) => {
      whole()
      const no = mayDecide(actor)
      if (no !== undefined) return no
      const device = devices.get(deviceId)
      const entry = device?.roles.get(role)
      if (device === undefined || entry === undefined)
        return { outcome: 'not-known', deviceId, role }
      const scopes = options?.scopes ?? entry.scopes
      if (!scopes.every((each) => covers(entry.scopes, each))) {
        const why = 'more than was approved'
        return { outcome: 'denied', code: 'ERR_DEVICE_GRANT_TOO_WIDE', why, fix: 'ask for less' }
      }
      entry.token = draw('device-token')
      entry.generation += 1
      const token = { token: entry.token, role: entry.role, scopes, issuedAt: clock.now() }
      return {
        outcome: 'rotated',
        device: known(device),
        token,
        rotatedAt: token.issuedAt,
        scopes: token.scopes,
      }
    },
    revoke: async (actor, { deviceId, role }) => {
      whole()
      const no = mayDecide(actor)
      if (no !== undefined) return no
      const device = devices.get(deviceId)
      const entry = device?.roles.get(role)
      if (device === undefined || entry === undefined)
        return { outcome: 'not-known', deviceId, role }
      device.roles.set(role, { ...entry, revokedAt: clock.now() })
      return { outcome: 'done', changed: true, device: known(device) }
    },
    setup: {
      create: async () => ({ outcome: 'full', live: 0 }),
      redeem: async (secret, deviceId) => {
        whole()
        redeemed.push(deviceId)
        return setupSecrets.get(secret) ?? { outcome: 'unknown' }
      },
      list: async () => [],
      withdraw: async () => ({ outcome: 'unknown' }),
    },
    housekeeping: async () => undefined,
  }
  return door

  function admit(device: Device | undefined, role: Role, arrival: Arrival): Admission {
    const isRight = arrival.deviceToken !== undefined && arrival.deviceToken === role.token
    if (!isRight) role.token = draw('device-token')
    const { scopes, commands } = arrival.device
    const admitted: AdmittedDevice = {
      deviceId: arrival.device.deviceId,
      role: role.role,
      scopes,
      commands: commands.filter((each) => role.commands.includes(each)),
      generation: role.generation,
    }
    const fresh = {
      token: role.token ?? '',
      role: role.role,
      scopes: role.scopes,
      issuedAt: clock.now(),
    }
    const presented = arrival.deviceToken === undefined ? 'absent' : 'stale'
    return {
      outcome: 'admitted',
      device: admitted,
      token: isRight ? undefined : fresh,
      presented: isRight ? 'right' : presented,
      name: device?.label ?? arrival.device.description.displayName,
    }
  }

  function ask({ device, address, mayAsk }: Arrival): Admission {
    const known = devices.get(device.deviceId)
    const granted = known?.roles.get(device.role)
    const reason =
      known === undefined ? 'not-paired' : granted === undefined ? 'role-upgrade' : 'scope-upgrade'
    const same = [...requests.values()].find(
      (each) =>
        each.deviceId === device.deviceId &&
        each.role === device.role &&
        device.scopes.every((scope) => each.scopes.includes(scope)),
    )
    if (same !== undefined) {
      return { outcome: 'waiting', reason, request: same, created: false, granted }
    }
    const request: ShownRequest = {
      requestId: draw('req'),
      deviceId: device.deviceId,
      publicKey: device.publicKey,
      description: device.description,
      role: device.role,
      scopes: device.scopes,
      commands: device.commands,
      address,
      createdAt: clock.now(),
      lastAskedAt: clock.now(),
      expiresAt: (clock.now() + 300_000) as EpochMs,
      askedBy: mayAsk.by === 'setup-code' ? 'setup-code' : 'shared-secret',
      fingerprint: ['amber', 'boat', 'cedar'],
      reason,
      granted: granted === undefined ? [] : [granted],
      difference: [`role ${device.role}`],
      digest: draw('digest'),
    }
    requests.set(request.requestId, request)
    return { outcome: 'waiting', reason, request, created: true, granted }
  }

  function known({ deviceId, publicKey, description, label, roles }: Device): KnownDevice {
    const now = clock.now()
    return {
      deviceId,
      publicKey,
      fingerprint: ['amber', 'boat', 'cedar'],
      label,
      description,
      address: undefined,
      createdAt: now,
      approvedAt: now,
      lastSeenAt: undefined,
      grants: [...roles.values()],
      tokens: [...roles.values()].map(({ role, scopes, revokedAt }) => ({
        role,
        scopes,
        createdAt: now,
        rotatedAt: undefined,
        revokedAt,
        lastUsedAt: undefined,
      })),
    }
  }

  function proveForReal(claim: ConnectClaim, nonce: string): ReturnType<DevicePairing['prove']> {
    const raw = Buffer.from(claim.publicKey, 'base64url')
    if (createHash('sha256').update(raw).digest('hex') !== claim.deviceId) {
      return { fault: 'device-id-mismatch' }
    }
    if (Math.abs(clock.now() - claim.signedAt) > 600_000) return { fault: 'signature-expired' }
    if (claim.nonce === undefined) return { fault: 'nonce-required' }
    if (claim.nonce !== nonce) return { fault: 'nonce-mismatch' }
    const { clientId, clientMode } = claim.description
    const text = [
      'v2',
      claim.deviceId,
      clientId,
      clientMode,
      claim.role,
      claim.scopes.join(','),
      String(claim.signedAt),
      claim.signedSecret,
      nonce,
    ].join('|')
    const key = createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' })
    const signature = Buffer.from(claim.signature, 'base64url')
    const isRight = verify(null, Buffer.from(text), key, signature)
    return isRight ? proven(claim) : { fault: 'signature-invalid' }
  }
}

/** A claim taken as proven. */
export function proven(claim: ConnectClaim): ProvenDevice {
  const { deviceId, publicKey, description, scopes, commands } = claim
  const role = claim.role === 'node' ? 'node' : 'operator'
  return {
    deviceId,
    publicKey,
    description,
    role,
    scopes: [...new Set(scopes)].sort(),
    commands: [...new Set(commands)].sort(),
    payload: 'v2',
  }
}

function covers(scopes: readonly string[], one: string): boolean {
  return scopes.includes(one) || scopes.includes('operator.admin')
}
