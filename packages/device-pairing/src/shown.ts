import { describeActor } from '@openclaw/pairing-authority'
import type { EpochMs } from '@openclaw/pairing-contracts'
import { beyond, NOTHING } from './access.ts'
import {
  type DeviceRecord,
  type GrantRecord,
  type RequestRecord,
  ROLES,
  type SettledRecord,
} from './collections.ts'
import { isSameKind } from './description.ts'
import { digestOf } from './digest.ts'
import { expiresAt } from './expiry.ts'
import { optional } from './fields.ts'
import { fingerprintWords } from './fingerprint.ts'
import { isLive } from './judge.ts'
import { parseRoleKey, roleKeyOf } from './keys.ts'
import type { Parts } from './parts.ts'
import type {
  KnownDevice,
  SettledDeviceRequest,
  ShownRequest,
  TokenSummary,
} from './shown-types.ts'
import { printable } from './text.ts'
import type { DeviceDescription, DeviceGrant, DeviceRequest, DeviceRole } from './types.ts'

/** A grant as people see it. */
export function toGrant(role: DeviceRole, grant: GrantRecord): DeviceGrant {
  return {
    role,
    scopes: grant.scopes,
    commands: grant.commands,
    approvedAt: grant.approvedAt,
    approvedBy: describeActor(grant.by),
    revokedAt: grant.revokedAt,
    ...(grant.commandsOpen ? { commandsOpen: true } : {}),
  }
}

/** A request as the device that asks and people see it. */
export function toRequest(key: string, request: RequestRecord): DeviceRequest {
  const { deviceId = '', role = 'node' } = parseRoleKey(key) ?? {}
  return {
    requestId: request.requestId,
    deviceId,
    publicKey: request.publicKey,
    description: request.description,
    address: request.address,
    role,
    scopes: request.scopes,
    commands: request.commands,
    createdAt: request.createdAt,
    lastAskedAt: request.lastAskedAt,
    expiresAt: expiresAt(request),
    askedBy: request.askedBy,
    fingerprint: fingerprintWords(deviceId),
    reason: request.reason,
    ...optional('setupId', request.setupId),
  }
}

/** The same for whoever decides: with what was granted before, the difference and the digest. */
export function toShown(
  { sha256 }: Pick<Parts, 'sha256'>,
  asked: { readonly key: string; readonly request: RequestRecord },
  record: DeviceRecord | undefined,
): ShownRequest {
  const shown = toDecidable(asked, record)
  return { ...shown, digest: digestOf(sha256, shown) }
}

/** The same without the digest. */
export function toDecidable(
  { key, request }: { readonly key: string; readonly request: RequestRecord },
  record: DeviceRecord | undefined,
): Omit<ShownRequest, 'digest'> {
  const asked = toRequest(key, request)
  const difference = differenceOf(asked, record?.grants[asked.role])
  return { ...asked, granted: toGrants(record), difference }
}

function toGrants(record: DeviceRecord | undefined): readonly DeviceGrant[] {
  return ROLES.flatMap((role) => {
    const grant = record?.grants[role]
    return grant ? [toGrant(role, grant)] : []
  })
}

/** What a device would have that it has not now, in words. */
function differenceOf(asked: DeviceRequest, grant: GrantRecord | undefined): readonly string[] {
  const live = isLive(grant)
  const { scopes, commands } = beyond(live ? grant : NOTHING, asked)
  const role = grant ? `role ${asked.role}, which was revoked` : `role ${asked.role}`
  return [
    ...(live ? [] : [role]),
    ...scopes.map((name) => `scope ${name}`),
    ...commands.map((name) => `command ${printable(name) ?? ''}`),
    ...(live ? kindsInWords(grant, asked.description) : []),
  ]
}

function kindsInWords(grant: GrantRecord, description: DeviceDescription): readonly string[] {
  return (['platform', 'deviceFamily'] as const).flatMap((name) => {
    const before = grant[name]
    if (before === undefined || isSameKind({ [name]: before }, description)) return []
    const label = name === 'platform' ? 'platform' : 'device family'
    return [`${label} ${description[name] ?? 'unknown'} instead of ${before}`]
  })
}

/** A device as people see it, with the visits that are not written yet. */
export function toKnown(
  parts: Pick<Parts, 'memory'>,
  deviceId: string,
  record: DeviceRecord,
): KnownDevice {
  const seen = ROLES.map((role) => lastSeenOf(parts, { deviceId, role }, record.lastSeenAt) ?? 0)
  const latest = Math.max(...seen)
  return {
    deviceId,
    publicKey: record.publicKey,
    fingerprint: fingerprintWords(deviceId),
    label: record.label,
    description: record.description,
    address: record.address,
    createdAt: record.createdAt,
    approvedAt: record.approvedAt,
    lastSeenAt: latest === 0 ? undefined : (latest as EpochMs),
    grants: toGrants(record),
    tokens: ROLES.flatMap((role) => {
      const grant = record.grants[role]
      return grant ? toTokens(parts, { deviceId, role }, grant) : []
    }),
  }
}

function lastSeenOf(
  { memory }: Pick<Parts, 'memory'>,
  device: { readonly deviceId: string; readonly role: DeviceRole },
  written: EpochMs | undefined,
): EpochMs | undefined {
  // in a list without a door there are none, and a key would be made for each role of each device
  if (memory.visits.size === 0) return written
  const visit = memory.visits.get(roleKeyOf(device))
  return visit && visit.at > (written ?? 0) ? visit.at : written
}

function toTokens(
  parts: Pick<Parts, 'memory'>,
  device: { readonly deviceId: string; readonly role: DeviceRole },
  grant: GrantRecord,
): readonly TokenSummary[] {
  const { token } = grant
  if (token === undefined) return []
  return [
    {
      role: device.role,
      scopes: grant.scopes,
      createdAt: token.createdAt,
      rotatedAt: token.rotatedAt,
      revokedAt: grant.revokedAt,
      lastUsedAt: lastSeenOf(parts, device, grant.lastUsedAt),
    },
  ]
}

/** What became of a request, as people see it. */
export function toSettled(requestId: string, record: SettledRecord): SettledDeviceRequest {
  const { deviceId, outcome, at, successor } = record
  return { requestId, deviceId, outcome, at, by: describeActor(record.by), successor }
}
