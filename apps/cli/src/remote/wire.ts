import { fingerprintWords, type ShownRequest } from '@openclaw/device-pairing'
import { includesScope } from '@openclaw/pairing-authority'
import type { EpochMs } from '@openclaw/pairing-contracts'
import type {
  DeviceList,
  DeviceRequest,
  DeviceTokenSummary,
  PairedDevice,
} from '@openclaw/pairing-protocol'
import type { SeenDevice, SeenGrant, SeenLists, SeenRequest, SeenToken } from '../devices/door.ts'
import { safe } from '../output/safe.ts'
import { textOf, textsOf } from './refusal.ts'

/** Both lists of a gateway, with what can be told of them and no more. */
export function seenLists({ pending, paired }: DeviceList): SeenLists {
  const devices = paired.map(seenDevice)
  const waiting = pending.map((request) =>
    seenRequest(
      request,
      devices.find(({ deviceId }) => deviceId === request.deviceId),
    ),
  )
  return {
    waiting: waiting.sort((a, b) => a.createdAt - b.createdAt),
    devices,
    maxWaiting: undefined,
    turnedAway: undefined,
  }
}

/** A request; `device` is what the same list tells of its device, where it is paired. */
function seenRequest(wire: DeviceRequest, device: SeenDevice | undefined): SeenRequest {
  // Gateways of ours tell more than those of 2026.2.
  const more = wire as DeviceRequest & Readonly<Record<string, unknown>>
  const { scopes = [] } = wire
  const role = safe(wire.role ?? wire.roles?.[0] ?? 'operator')
  const granted = device?.grants ?? []
  const commands = Array.isArray(more['commands']) ? textsOf(more, 'commands') : undefined
  const expiresAt = more['expiresAtMs']
  return {
    requestId: wire.requestId,
    deviceId: wire.deviceId,
    publicKey: wire.publicKey,
    description: described(wire),
    address: wire.remoteIp,
    role,
    scopes,
    commands,
    fingerprint: fingerprintWords(wire.deviceId),
    reason: reasonOf(textOf(more, 'reason'), granted, role),
    askedBy: undefined,
    granted,
    difference: Array.isArray(more['difference'])
      ? textsOf(more, 'difference')
      : differenceOf({ role, scopes, commands: commands ?? [] }, granted),
    digest: textOf(more, 'digest'),
    createdAt: wire.ts,
    lastAskedAt: undefined,
    expiresAt: typeof expiresAt === 'number' ? expiresAt : undefined,
  }
}

const REASONS: ReadonlySet<string> = new Set<ShownRequest['reason']>([
  'not-paired',
  'role-upgrade',
  'scope-upgrade',
  'metadata-upgrade',
  'command-upgrade',
])

function reasonOf(
  told: string | undefined,
  granted: readonly SeenGrant[],
  role: string,
): ShownRequest['reason'] {
  if (told !== undefined && REASONS.has(told)) return told as ShownRequest['reason']
  if (granted.length === 0) return 'not-paired'
  return granted.some((grant) => grant.role === role) ? 'scope-upgrade' : 'role-upgrade'
}

interface Asked {
  readonly role: string
  readonly scopes: readonly string[]
  readonly commands: readonly string[]
}

/** What is asked beyond what the same list shows as granted, in the words of the gateway of ours. */
function differenceOf({ role, scopes, commands }: Asked, granted: readonly SeenGrant[]): string[] {
  const live = granted.filter(({ revokedAt }) => revokedAt === undefined)
  const has = live.find((grant) => grant.role === role)
  return [
    ...(has === undefined ? [`role ${role}`] : []),
    ...scopes
      .filter((scope) => !includesScope(has?.scopes ?? [], scope))
      .map((scope) => `scope ${scope}`),
    ...commands.map((command) => `command ${command}`),
  ]
}

/** A paired device. */
export function seenDevice(wire: PairedDevice): SeenDevice {
  const more = wire as PairedDevice & Readonly<Record<string, unknown>>
  const lastSeen = more['lastSeenAtMs']
  const tokens = (wire.tokens ?? []).map(seenToken)
  return {
    deviceId: wire.deviceId,
    publicKey: wire.publicKey,
    fingerprint: fingerprintWords(wire.deviceId),
    label: textOf(more, 'label'),
    description: described(wire),
    address: wire.remoteIp,
    createdAt: wire.createdAtMs,
    approvedAt: wire.approvedAtMs,
    lastSeenAt: typeof lastSeen === 'number' ? lastSeen : undefined,
    grants: toldGrants(more['grants']) ?? grantsOf(wire, tokens),
    tokens,
  }
}

/** Gateways of ours tell each role by itself; `undefined` of any other. */
function toldGrants(told: unknown): readonly SeenGrant[] | undefined {
  if (!Array.isArray(told)) return undefined
  return told.flatMap((grant: unknown): SeenGrant[] => {
    if (typeof grant !== 'object' || grant === null) return []
    const fields = grant as Readonly<Record<string, unknown>>
    const role = textOf(fields, 'role')
    if (role === undefined) return []
    const numberOf = (name: string): number | undefined => {
      const value = fields[name]
      return typeof value === 'number' ? value : undefined
    }
    return [
      {
        role: safe(role),
        scopes: textsOf(fields, 'scopes'),
        commands: textsOf(fields, 'commands'),
        approvedAt: numberOf('approvedAtMs'),
        approvedBy: textOf(fields, 'approvedBy'),
        revokedAt: numberOf('revokedAtMs'),
        ...(fields['commandsOpen'] === true && { commandsOpen: true as const }),
      },
    ]
  })
}

/** Roles that hold, with the scopes of operators, and those that were revoked, which their tokens tell. */
function grantsOf(
  { roles, role, scopes = [] }: PairedDevice,
  tokens: readonly SeenToken[],
): SeenGrant[] {
  const rest = { commands: undefined, approvedAt: undefined, approvedBy: undefined }
  const live = (roles ?? (role === undefined ? [] : [role])).map(safe)
  const ended = new Map(
    tokens.flatMap((token) =>
      token.revokedAt === undefined ? [] : [[token.role, token.revokedAt] as const],
    ),
  )
  return [...new Set([...live, ...ended.keys()])].map((name) => ({
    role: name,
    scopes: name === 'operator' ? scopes : [],
    revokedAt: ended.get(name),
    ...rest,
  }))
}

function seenToken(wire: DeviceTokenSummary): SeenToken {
  const at = (ms: number | undefined): EpochMs | undefined => ms as EpochMs | undefined
  return {
    role: safe(wire.role),
    scopes: wire.scopes,
    createdAt: wire.createdAtMs as EpochMs,
    rotatedAt: at(wire.rotatedAtMs),
    revokedAt: at(wire.revokedAtMs),
    lastUsedAt: at(wire.lastUsedAtMs),
  }
}

function described(wire: DeviceRequest | PairedDevice): SeenRequest['description'] {
  const { displayName, platform, deviceFamily, clientId, clientMode } = wire
  const told = Object.entries({ displayName, platform, deviceFamily, clientId, clientMode })
  return Object.fromEntries(told.filter(([, value]) => value !== undefined))
}
