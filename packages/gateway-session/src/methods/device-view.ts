import type {
  DeviceDescription,
  DeviceGrant,
  DeviceRequest,
  KnownDevice,
  ShownRequest,
  TokenSummary,
} from '@openclaw/device-pairing'
import type {
  DeviceTokenSummary,
  PairedDevice,
  DeviceRequest as WireRequest,
} from '@openclaw/pairing-protocol'

/** A request as existing clients read it, with what they do not know beside it. */
export interface ListedRequest extends WireRequest {
  readonly commands: readonly string[]
  readonly fingerprint: readonly string[]
  readonly reason: string
  readonly expiresAtMs: number
}

/** A request with what whoever approves it gives back. */
export interface ShownOnWire extends ListedRequest {
  readonly digest: string
  readonly difference: readonly string[]
}

/** A device as existing clients read it, with what they do not know beside it. Never a token. */
export interface ListedDevice extends PairedDevice {
  readonly label?: string
  readonly fingerprint: readonly string[]
  /** Whether it is connected now, in any of its roles. */
  readonly connected: boolean
  /** Now, while it is connected. */
  readonly lastSeenAtMs?: number
  /** What was granted for each role, revoked ones too; `roles` and `scopes` are those that hold, together. */
  readonly grants: readonly ListedGrant[]
}

/** What an owner granted for one role. Times in milliseconds since 1970. */
export interface ListedGrant {
  readonly role: string
  readonly scopes: readonly string[]
  /** What a node may be asked. */
  readonly commands: readonly string[]
  /** Those that the node offers next are taken as granted. */
  readonly commandsOpen?: true
  readonly approvedAtMs: number
  /** Who, in words. */
  readonly approvedBy: string
  readonly revokedAtMs?: number
}

/** What is so at the moment of a list. */
export interface Presently {
  readonly now: number
  /** The ids of the devices that are connected. */
  readonly connected: ReadonlySet<string>
}

/** A request in the words of the wire: the payload of `device.pair.requested`. */
export function requestView(request: DeviceRequest): ListedRequest {
  const { requestId, deviceId, publicKey, role, scopes, address, reason } = request
  return {
    requestId,
    deviceId,
    publicKey,
    ...described(request.description),
    role,
    roles: [role],
    scopes,
    ...(address === undefined ? {} : { remoteIp: address }),
    silent: false,
    isRepair: reason !== 'not-paired',
    ts: request.createdAt,
    commands: request.commands,
    fingerprint: request.fingerprint,
    reason,
    expiresAtMs: request.expiresAt,
  }
}

/** For `device.pair.list`. */
export function shownView(request: ShownRequest): ShownOnWire {
  const { digest, difference } = request
  return { ...requestView(request), digest, difference }
}

/** For `device.pair.list` and `device.pair.approve`. Roles and scopes are those that hold. */
export function deviceView(device: KnownDevice, { now, connected }: Presently): ListedDevice {
  const { deviceId, publicKey, fingerprint, address, label } = device
  const isConnected = connected.has(deviceId)
  const lastSeenAt = isConnected ? now : device.lastSeenAt
  const grants = device.grants.filter(({ revokedAt }) => revokedAt === undefined)
  const roles = [...new Set(grants.map(({ role }) => role))].sort()
  const [role] = roles
  return {
    deviceId,
    publicKey,
    ...described(device.description),
    ...(label === undefined ? {} : { displayName: label, label }),
    ...(role === undefined ? {} : { role }),
    roles,
    scopes: [...new Set(grants.flatMap(({ scopes }) => scopes))].sort(),
    ...(address === undefined ? {} : { remoteIp: address }),
    fingerprint,
    connected: isConnected,
    ...(lastSeenAt === undefined ? {} : { lastSeenAtMs: lastSeenAt }),
    grants: device.grants.map(grantView).sort((a, b) => a.role.localeCompare(b.role)),
    tokens: device.tokens.map(tokenView).sort((a, b) => a.role.localeCompare(b.role)),
    createdAtMs: device.createdAt,
    approvedAtMs: device.approvedAt,
  }
}

function grantView(grant: DeviceGrant): ListedGrant {
  const { role, scopes, commands, commandsOpen, approvedAt, approvedBy, revokedAt } = grant
  return {
    role,
    scopes,
    commands,
    ...(commandsOpen === undefined ? {} : { commandsOpen }),
    approvedAtMs: approvedAt,
    approvedBy,
    ...(revokedAt === undefined ? {} : { revokedAtMs: revokedAt }),
  }
}

function tokenView(token: TokenSummary): DeviceTokenSummary {
  const { role, scopes, createdAt, rotatedAt, revokedAt, lastUsedAt } = token
  return {
    role,
    scopes,
    createdAtMs: createdAt,
    ...(rotatedAt === undefined ? {} : { rotatedAtMs: rotatedAt }),
    ...(revokedAt === undefined ? {} : { revokedAtMs: revokedAt }),
    ...(lastUsedAt === undefined ? {} : { lastUsedAtMs: lastUsedAt }),
  }
}

function described(description: DeviceDescription) {
  const { displayName, platform, deviceFamily, clientId, clientMode } = description
  return {
    ...(displayName === undefined ? {} : { displayName }),
    ...(platform === undefined ? {} : { platform }),
    ...(deviceFamily === undefined ? {} : { deviceFamily }),
    clientId,
    clientMode,
  }
}
