import type { Actor, Collection, EpochMs } from '@openclaw/pairing-contracts'
import { decodeActor } from './actors.ts'
import { decodeDescription, type Pinned } from './description.ts'
import { compact, type FieldReader, optional, readFields } from './fields.ts'
import type { SettledDeviceRequest } from './shown-types.ts'
import type { DeviceDescription, DeviceRequest, DeviceRole } from './types.ts'

/** The token of one role. The plain text is nowhere in the store. */
export interface TokenRecord {
  /** `sha256:` and the hex digest of the token. */
  readonly hash: string
  readonly createdAt: EpochMs
  readonly rotatedAt?: EpochMs
  /** When a device was handed it as it connected; absent for one that was made by a rotation. */
  readonly handedAt?: EpochMs
  /** The file of 2026.2 still has the plain text of it. */
  readonly plain?: true
}

/** What was granted to a key for one role. */
export interface GrantRecord extends Pinned {
  readonly scopes: readonly string[]
  readonly commands: readonly string[]
  /** The commands that the node offers next are taken as granted. */
  readonly commandsOpen?: true
  readonly approvedAt: EpochMs
  readonly by: Actor
  readonly revokedAt?: EpochMs
  readonly revokedBy?: Actor
  readonly lastUsedAt?: EpochMs
  readonly token?: TokenRecord
  /** Grows whenever something that a live connection was admitted with ends. */
  readonly generation: number
  /** What ended when it grew last. */
  readonly ended?: 'revoked' | 'rotated' | 'narrowed'
}

/** A device that was paired. Key: its id. */
export interface DeviceRecord {
  readonly publicKey: string
  readonly label?: string
  readonly description: DeviceDescription
  readonly address?: string
  readonly createdAt: EpochMs
  readonly approvedAt: EpochMs
  readonly lastSeenAt?: EpochMs
  readonly grants: { readonly [Role in DeviceRole]?: GrantRecord }
}

/** A device waiting. Key: `deviceId/role`, so it waits once for each role. */
export interface RequestRecord {
  readonly requestId: string
  readonly publicKey: string
  readonly description: DeviceDescription
  readonly address?: string
  readonly scopes: readonly string[]
  readonly commands: readonly string[]
  readonly createdAt: EpochMs
  readonly lastAskedAt: EpochMs
  readonly askedBy: DeviceRequest['askedBy']
  readonly setupId?: string
  readonly reason: DeviceRequest['reason']
  /** How often it was widened. */
  readonly widened: number
}

/** What became of a request. Key: its id. */
export interface SettledRecord {
  readonly deviceId: string
  readonly role: DeviceRole
  readonly outcome: SettledDeviceRequest['outcome']
  readonly at: EpochMs
  readonly by: Actor
  readonly successor?: string
}

/** A rejected key, which may not ask for a while. Key: the device id, with `/commands` behind it where more commands were rejected. */
export interface RestRecord {
  readonly at: EpochMs
  readonly until: EpochMs
  readonly by: Actor
}

/** A device that was removed. Key: its id. */
export interface RemovedRecord {
  readonly at: EpochMs
  readonly by: Actor
  /** The highest generation of its grants. */
  readonly generation: number
}

/** Asks that were turned away because enough wait already. Key: `all`. */
export interface CounterRecord {
  readonly count: number
  readonly since: EpochMs
  readonly lastAt: EpochMs
}

/** The roles a device may have. */
export const ROLES: readonly DeviceRole[] = ['node', 'operator']

/** Who is paired. */
export const DEVICES: Collection<DeviceRecord> = {
  name: 'devices.paired',
  encode: compact,
  decode: (value) => {
    const fields = readFields('devices.paired', value)
    const grants = fields.nested('grants')
    return {
      publicKey: fields.text('publicKey'),
      description: decodeDescription(fields.nested('description')),
      createdAt: fields.time('createdAt'),
      approvedAt: fields.time('approvedAt'),
      grants: Object.assign(
        {},
        ...ROLES.map((role) => optional(role, decodeGrant(grants.maybeNested(role)))),
      ),
      ...optional('label', fields.maybeText('label')),
      ...optional('address', fields.maybeText('address')),
      ...optional('lastSeenAt', fields.maybeTime('lastSeenAt')),
    }
  },
}

function decodeGrant(fields: FieldReader | undefined): GrantRecord | undefined {
  if (fields === undefined) return undefined
  const revokedBy = fields.maybeNested('revokedBy')
  return {
    scopes: fields.list('scopes'),
    commands: fields.list('commands'),
    approvedAt: fields.time('approvedAt'),
    by: decodeActor(fields.nested('by')),
    generation: fields.count('generation'),
    ...optional('commandsOpen', fields.flag('commandsOpen') || undefined),
    ...optional('revokedAt', fields.maybeTime('revokedAt')),
    ...optional('revokedBy', revokedBy && decodeActor(revokedBy)),
    ...optional('lastUsedAt', fields.maybeTime('lastUsedAt')),
    ...optional('token', decodeToken(fields.maybeNested('token'))),
    ...optional('platform', fields.maybeText('platform')),
    ...optional('deviceFamily', fields.maybeText('deviceFamily')),
    ...optional(
      'ended',
      fields.maybeText('ended') && fields.oneOf('ended', ['revoked', 'rotated', 'narrowed']),
    ),
  } as GrantRecord
}

function decodeToken(fields: FieldReader | undefined): TokenRecord | undefined {
  return (
    fields && {
      hash: fields.text('hash'),
      createdAt: fields.time('createdAt'),
      ...optional('rotatedAt', fields.maybeTime('rotatedAt')),
      ...optional('handedAt', fields.maybeTime('handedAt')),
      ...optional('plain', fields.flag('plain') || undefined),
    }
  )
}

/** Who waits. */
export const REQUESTS: Collection<RequestRecord> = {
  name: 'devices.requests',
  encode: compact,
  decode: (value) => {
    const fields = readFields('devices.requests', value)
    return {
      requestId: fields.text('requestId'),
      publicKey: fields.text('publicKey'),
      description: decodeDescription(fields.nested('description')),
      scopes: fields.list('scopes'),
      commands: fields.list('commands'),
      createdAt: fields.time('createdAt'),
      lastAskedAt: fields.time('lastAskedAt'),
      askedBy: fields.oneOf('askedBy', ['shared-secret', 'setup-code', 'paired-key']),
      reason: fields.oneOf('reason', [
        'not-paired',
        'role-upgrade',
        'scope-upgrade',
        'metadata-upgrade',
        'command-upgrade',
      ]),
      widened: fields.count('widened'),
      ...optional('address', fields.maybeText('address')),
      ...optional('setupId', fields.maybeText('setupId')),
    }
  },
}

/** What became of earlier requests. */
export const SETTLED: Collection<SettledRecord> = {
  name: 'devices.settled',
  encode: compact,
  decode: (value) => {
    const fields = readFields('devices.settled', value)
    return {
      deviceId: fields.text('deviceId'),
      role: fields.oneOf('role', ROLES),
      outcome: fields.oneOf('outcome', ['approved', 'rejected', 'expired', 'superseded']),
      at: fields.time('at'),
      by: decodeActor(fields.nested('by')),
      ...optional('successor', fields.maybeText('successor')),
    }
  },
}

/** Whose key was rejected a short while ago. */
export const RESTS: Collection<RestRecord> = {
  name: 'devices.rests',
  encode: compact,
  decode: (value) => {
    const fields = readFields('devices.rests', value)
    return {
      at: fields.time('at'),
      until: fields.time('until'),
      by: decodeActor(fields.nested('by')),
    }
  },
}

/** Who was removed. */
export const REMOVED: Collection<RemovedRecord> = {
  name: 'devices.removed',
  encode: compact,
  decode: (value) => {
    const fields = readFields('devices.removed', value)
    return {
      at: fields.time('at'),
      by: decodeActor(fields.nested('by')),
      generation: fields.count('generation'),
    }
  },
}

/** How many were turned away. */
export const COUNTERS: Collection<CounterRecord> = {
  name: 'devices.counters',
  encode: compact,
  decode: (value) => {
    const fields = readFields('devices.counters', value)
    return {
      count: fields.count('count'),
      since: fields.time('since'),
      lastAt: fields.time('lastAt'),
    }
  },
}
