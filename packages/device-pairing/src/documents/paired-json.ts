import type { EpochMs, Json, JsonObject } from '@openclaw/pairing-contracts'
import { sorted } from '../access.ts'
import { type DeviceRecord, type GrantRecord, ROLES, type TokenRecord } from '../collections.ts'
import { shownDescription } from '../description.ts'
import { MalformedDocument } from '../errors.ts'
import { isJsonObject, optional } from '../fields.ts'
import { deviceIdentity } from '../identity.ts'
import { isLive } from '../judge.ts'
import { MAX_ADDRESS, MAX_NAME, MAX_SCOPES } from '../limits.ts'
import { isDeviceRole } from '../role.ts'
import { tokenHash } from '../tokens.ts'
import type { DeviceDescription, DeviceRole } from '../types.ts'
import type { DocumentParts } from './document-parts.ts'
import {
  checkEntries,
  checkLists,
  checkTexts,
  listIn,
  pathOf,
  textIn,
  timeIn,
  withKeys,
} from './shape.ts'

/** What a file says of one role of a device. */
export interface FileGrant {
  readonly scopes: readonly string[]
  readonly revokedAt: EpochMs | undefined
  readonly lastUsedAt: EpochMs | undefined
  readonly token: TokenRecord | undefined
}

/** One device as a file has it. */
export interface FileDevice {
  readonly deviceId: string
  readonly publicKey: string
  readonly displayName: string | undefined
  readonly description: DeviceDescription
  readonly address: string | undefined
  readonly createdAt: EpochMs
  readonly approvedAt: EpochMs
  readonly grants: ReadonlyMap<DeviceRole, FileGrant>
  /** Names in `tokens` and `roles` that are no role of a device. */
  readonly strange: readonly string[]
}

/** Throws `ERR_DEVICE_DOCUMENT_MALFORMED` with the path unless the file is `{<deviceId>: {publicKey, …}}`. */
export function checkPaired(fileName: string, json: Json): void {
  for (const pair of checkEntries(fileName, json)) {
    const [key, entry] = pair
    if (typeof entry['publicKey'] !== 'string') {
      throw new MalformedDocument(fileName, `${pathOf(key)}.publicKey`, 'a public key')
    }
    checkTexts(fileName, pair, ['deviceId', 'role', 'displayName', 'platform'])
    checkLists(fileName, pair, ['roles', 'scopes'])
    const tokens = entry['tokens']
    if (tokens === undefined || tokens === null) continue
    if (!isJsonObject(tokens) || !Object.values(tokens).every((token) => isJsonObject(token))) {
      throw new MalformedDocument(fileName, `${pathOf(key)}.tokens`, 'an object of objects')
    }
  }
}

/** Reads one entry of a file that was checked; a text says why it cannot be. */
export function readPaired(
  parts: DocumentParts,
  [key, entry]: readonly [string, JsonObject],
  now: EpochMs,
): FileDevice | string {
  const identity = deviceIdentity(parts.sha256Bytes, textIn(entry, 'publicKey') ?? '')
  if (identity === undefined) return 'its public key is none'
  if (identity.deviceId !== key || (textIn(entry, 'deviceId') ?? key) !== key) {
    return 'its id is not the one of its key'
  }
  const approvedAt = timeIn(entry, 'approvedAtMs', now) ?? now
  const tokens = isJsonObject(entry['tokens']) ? entry['tokens'] : {}
  const named = listIn(entry, 'roles') ?? [textIn(entry, 'role') ?? '']
  return {
    ...identity,
    displayName: textIn(entry, 'displayName'),
    description: readDescription(entry),
    address: textIn(entry, 'remoteIp')?.slice(0, MAX_ADDRESS),
    createdAt: timeIn(entry, 'createdAtMs', now) ?? approvedAt,
    approvedAt,
    grants: readGrants(parts, { entry, tokens, named }, now),
    strange: sorted(
      [...named, ...Object.keys(tokens)].filter((role) => role !== '' && !isDeviceRole(role)),
    ),
  }
}

/** What an entry says of the device itself. */
export function readDescription(entry: JsonObject): DeviceDescription {
  const claims = ['displayName', 'platform', 'deviceFamily'] as const
  return shownDescription({
    ...Object.assign({}, ...claims.map((name) => optional(name, textIn(entry, name)))),
    clientId: textIn(entry, 'clientId') ?? 'unknown',
    clientMode: textIn(entry, 'clientMode') ?? 'unknown',
  })
}

/** Scopes as they may stand in a record. */
export function readScopes(scopes: readonly string[]): readonly string[] {
  return sorted(scopes.filter((scope) => scope !== '' && scope.length <= MAX_NAME)).slice(
    0,
    MAX_SCOPES,
  )
}

function readGrants(
  parts: DocumentParts,
  { entry, tokens, named }: { entry: JsonObject; tokens: JsonObject; named: readonly string[] },
  now: EpochMs,
): ReadonlyMap<DeviceRole, FileGrant> {
  const grants = new Map<DeviceRole, FileGrant>()
  for (const role of ROLES) {
    const raw = tokens[role]
    const token = isJsonObject(raw) ? raw : undefined
    const revokedAt = token && timeIn(token, 'revokedAtMs', now)
    // a role that is not named is none, but that it was revoked is remembered
    if (!named.includes(role) && revokedAt === undefined) continue
    grants.set(role, {
      scopes: role === 'operator' ? readScopes(listIn(entry, 'scopes') ?? []) : [],
      revokedAt,
      lastUsedAt: token && timeIn(token, 'lastUsedAtMs', now),
      token: token && readToken(parts, token, now),
    })
  }
  return grants
}

const HASH = /^sha256:[0-9a-f]{64}$/

function readToken(
  { sha256 }: DocumentParts,
  token: JsonObject,
  now: EpochMs,
): TokenRecord | undefined {
  const plain = textIn(token, 'token') ?? ''
  const kept = textIn(token, 'tokenHash') ?? ''
  const hash = plain === '' ? kept : tokenHash(sha256, plain)
  if (!HASH.test(hash)) return undefined
  return {
    hash,
    createdAt: timeIn(token, 'createdAtMs', now) ?? now,
    ...optional('rotatedAt', timeIn(token, 'rotatedAtMs', now)),
    ...optional('plain', plain === '' ? undefined : (true as const)),
  }
}

/** One device as the file shows it; what `previous` has besides stays. */
export function writePaired(
  parts: DocumentParts,
  { deviceId, record }: { readonly deviceId: string; readonly record: DeviceRecord },
  previous: JsonObject | undefined,
): JsonObject {
  const roles = ROLES.filter((role) => isLive(record.grants[role]))
  const { operator } = record.grants
  const scopes = isLive(operator) ? operator.scopes : undefined
  // a list that was there stays, empty: 2026.2 and its successors would read none as the one from before
  const listed = (name: string) => scopes ?? (previous?.[name] === undefined ? undefined : [])
  const role = roles.find((name) => name === previous?.['role']) ?? roles[0]
  const { platform, deviceFamily, clientId, clientMode, displayName } = record.description
  return withKeys(previous, {
    deviceId,
    publicKey: record.publicKey,
    displayName: record.label ?? displayName,
    platform,
    deviceFamily,
    clientId,
    clientMode,
    role,
    roles,
    scopes: listed('scopes'),
    ...(previous?.['approvedScopes'] === undefined
      ? {}
      : { approvedScopes: listed('approvedScopes') }),
    remoteIp: record.address,
    tokens: writeTokens(parts, record, previous?.['tokens']),
    createdAtMs: record.createdAt,
    approvedAtMs: record.approvedAt,
  })
}

function writeTokens(
  parts: DocumentParts,
  record: DeviceRecord,
  previous: Json | undefined,
): JsonObject {
  const before = isJsonObject(previous) ? previous : {}
  const tokens = ROLES.flatMap((role): [DeviceRole, JsonObject][] => {
    const grant = record.grants[role]
    const known = before[role]
    return grant?.token
      ? [
          [
            role,
            writeToken(
              parts,
              { role, grant, token: grant.token },
              isJsonObject(known) ? known : undefined,
            ),
          ],
        ]
      : []
  })
  return Object.fromEntries(tokens)
}

/** The plain text stays where it stands, until it is replaced; it is never put there. */
function writeToken(
  { sha256 }: DocumentParts,
  { role, grant, token }: { role: DeviceRole; grant: GrantRecord; token: TokenRecord },
  previous: JsonObject | undefined,
): JsonObject {
  const standing = previous && textIn(previous, 'token')
  const isKept =
    token.plain === true &&
    grant.revokedAt === undefined &&
    standing !== undefined &&
    tokenHash(sha256, standing) === token.hash
  return withKeys(previous, {
    token: isKept ? standing : undefined,
    role,
    scopes: grant.scopes,
    createdAtMs: token.createdAt,
    rotatedAtMs: token.rotatedAt,
    revokedAtMs: grant.revokedAt,
    lastUsedAtMs: grant.lastUsedAt,
    tokenHash: isKept ? undefined : token.hash,
  })
}
