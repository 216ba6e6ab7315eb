import type { Actor, Collection, EpochMs } from '@openclaw/pairing-contracts'
import { decodeActor } from './actors.ts'
import { decodeDescription, type Pinned } from './description.ts'
import {
  compact,
  countIn,
  type Fields,
  flagIn,
  listIn,
  maybeNestedIn,
  maybeTextIn,
  maybeTimeIn,
  nestedIn,
  oneOfIn,
  present,
  readFields,
  textIn,
  timeIn,
} from './fields.ts'
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
    const grants = nestedIn(fields, 'grants')
    return present({
      publicKey: textIn(fields, 'publicKey'),
      description: decodeDescription(nestedIn(fields, 'description')),
      createdAt: timeIn(fields, 'createdAt'),
      approvedAt: timeIn(fields, 'approvedAt'),
      grants: present({
        node: decodeGrant(maybeNestedIn(grants, 'node')),
        operator: decodeGrant(maybeNestedIn(grants, 'operator')),
      }),
      label: maybeTextIn(fields, 'label'),
      address: maybeTextIn(fields, 'address'),
      lastSeenAt: maybeTimeIn(fields, 'lastSeenAt'),
    })
  },
}

function decodeGrant(fields: Fields | undefined): GrantRecord | undefined {
  if (fields === undefined) return undefined
  const revokedBy = maybeNestedIn(fields, 'revokedBy')
  return present({
    scopes: listIn(fields, 'scopes'),
    commands: listIn(fields, 'commands'),
    approvedAt: timeIn(fields, 'approvedAt'),
    by: decodeActor(nestedIn(fields, 'by')),
    generation: countIn(fields, 'generation'),
    commandsOpen: flagIn(fields, 'commandsOpen'),
    revokedAt: maybeTimeIn(fields, 'revokedAt'),
    revokedBy: revokedBy && decodeActor(revokedBy),
    lastUsedAt: maybeTimeIn(fields, 'lastUsedAt'),
    token: decodeToken(maybeNestedIn(fields, 'token')),
    platform: maybeTextIn(fields, 'platform'),
    deviceFamily: maybeTextIn(fields, 'deviceFamily'),
    ended:
      maybeTextIn(fields, 'ended') && oneOfIn(fields, 'ended', ['revoked', 'rotated', 'narrowed']),
  }) as GrantRecord
}

function decodeToken(fields: Fields | undefined): TokenRecord | undefined {
  return (
    fields &&
    present({
      hash: textIn(fields, 'hash'),
      createdAt: timeIn(fields, 'createdAt'),
      rotatedAt: maybeTimeIn(fields, 'rotatedAt'),
      handedAt: maybeTimeIn(fields, 'handedAt'),
      plain: flagIn(fields, 'plain'),
    })
  )
}

/** Who waits. */
export const REQUESTS: Collection<RequestRecord> = {
  name: 'devices.requests',
  encode: compact,
  decode: (value) => {
    const fields = readFields('devices.requests', value)
    return present({
      requestId: textIn(fields, 'requestId'),
      publicKey: textIn(fields, 'publicKey'),
      description: decodeDescription(nestedIn(fields, 'description')),
      scopes: listIn(fields, 'scopes'),
      commands: listIn(fields, 'commands'),
      createdAt: timeIn(fields, 'createdAt'),
      lastAskedAt: timeIn(fields, 'lastAskedAt'),
      askedBy: oneOfIn(fields, 'askedBy', ['shared-secret', 'setup-code', 'paired-key']),
      reason: oneOfIn(fields, 'reason', [
        'not-paired',
        'role-upgrade',
        'scope-upgrade',
        'metadata-upgrade',
        'command-upgrade',
      ]),
      widened: countIn(fields, 'widened'),
      address: maybeTextIn(fields, 'address'),
      setupId: maybeTextIn(fields, 'setupId'),
    })
  },
}

/** What became of earlier requests. */
export const SETTLED: Collection<SettledRecord> = {
  name: 'devices.settled',
  encode: compact,
  decode: (value) => {
    const fields = readFields('devices.settled', value)
    return present({
      deviceId: textIn(fields, 'deviceId'),
      role: oneOfIn(fields, 'role', ROLES),
      outcome: oneOfIn(fields, 'outcome', ['approved', 'rejected', 'expired', 'superseded']),
      at: timeIn(fields, 'at'),
      by: decodeActor(nestedIn(fields, 'by')),
      successor: maybeTextIn(fields, 'successor'),
    })
  },
}

/** How many were turned away. */
export const COUNTERS: Collection<CounterRecord> = {
  name: 'devices.counters',
  encode: compact,
  decode: (value) => {
    const fields = readFields('devices.counters', value)
    return {
      count: countIn(fields, 'count'),
      since: timeIn(fields, 'since'),
      lastAt: timeIn(fields, 'lastAt'),
    }
  },
}
