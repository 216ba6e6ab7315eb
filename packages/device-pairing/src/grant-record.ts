import { decodeActor } from './actors.ts'
import type { GrantRecord, TokenRecord } from './collections.ts'
import {
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
  textIn,
  timeIn,
} from './fields.ts'

/** Reads a grant as a record of a device keeps it; `undefined` where there is none. */
export function decodeGrant(fields: Fields | undefined): GrantRecord | undefined {
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
