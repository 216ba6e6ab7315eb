import type { Collection, EpochMs } from '@openclaw/pairing-contracts'
import {
  compact,
  type Fields,
  flagIn,
  maybeListIn,
  maybeTextIn,
  nestedIn,
  optional,
  present,
  readFields,
  textIn,
  timeIn,
} from './fields.ts'
import type { LegacyNodeClaims } from './legacy-types.ts'

/** Claims that are one text each. */
export const LEGACY_TEXTS = [
  'displayName',
  'platform',
  'version',
  'coreVersion',
  'uiVersion',
  'deviceFamily',
  'modelIdentifier',
  'remoteIp',
] as const

/** Claims that are lists. */
export const LEGACY_LISTS = ['caps', 'commands'] as const

/** What a node says, without its id, which is the key of its record. */
export type LegacyClaims = Omit<LegacyNodeClaims, 'nodeId'>

/** A node that waits. Key: the node id. */
export interface LegacyRequestRecord {
  readonly requestId: string
  readonly claims: LegacyClaims
  readonly silent?: true
  readonly isRepair?: true
  readonly createdAt: EpochMs
}

/** A node that is paired. Key: the node id. */
export interface LegacyNodeRecord {
  readonly claims: LegacyClaims
  /** `sha256:` and the hex digest of the token. */
  readonly tokenHash: string
  /** The file of 2026.2 still has the plain text of it. */
  readonly plain?: true
  readonly createdAt: EpochMs
  readonly approvedAt: EpochMs
}

/** Who waits. */
export const LEGACY_REQUESTS: Collection<LegacyRequestRecord> = {
  name: 'nodes.requests',
  encode: compact,
  decode: (value) => {
    const fields = readFields('nodes.requests', value)
    return present({
      requestId: textIn(fields, 'requestId'),
      claims: decodeClaims(nestedIn(fields, 'claims')),
      createdAt: timeIn(fields, 'createdAt'),
      silent: flagIn(fields, 'silent'),
      isRepair: flagIn(fields, 'isRepair'),
    })
  },
}

/** Who is paired. */
export const LEGACY_NODES: Collection<LegacyNodeRecord> = {
  name: 'nodes.paired',
  encode: compact,
  decode: (value) => {
    const fields = readFields('nodes.paired', value)
    return present({
      claims: decodeClaims(nestedIn(fields, 'claims')),
      tokenHash: textIn(fields, 'tokenHash'),
      createdAt: timeIn(fields, 'createdAt'),
      approvedAt: timeIn(fields, 'approvedAt'),
      plain: flagIn(fields, 'plain'),
    })
  },
}

function decodeClaims(fields: Fields): LegacyClaims {
  const texts = LEGACY_TEXTS.map((name) => optional(name, maybeTextIn(fields, name)))
  const lists = LEGACY_LISTS.map((name) => optional(name, maybeListIn(fields, name)))
  return Object.assign({}, ...texts, ...lists)
}
