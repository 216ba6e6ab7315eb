import type { EpochMs, Json, JsonObject } from '@openclaw/pairing-contracts'
import type { RequestRecord } from '../collections.ts'
import { MalformedDocument } from '../errors.ts'
import { deviceIdentity } from '../identity.ts'
import { MAX_ADDRESS } from '../limits.ts'
import { isRequestId } from '../request-id.ts'
import { isDeviceRole } from '../role.ts'
import type { DeviceDescription, DeviceRole } from '../types.ts'
import type { DocumentParts } from './document-parts.ts'
import { readDescription, readScopes } from './paired-json.ts'
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

/** One request as a file has it. */
export interface FileRequest {
  readonly requestId: string
  readonly deviceId: string
  readonly publicKey: string
  readonly role: DeviceRole
  readonly scopes: readonly string[]
  readonly description: DeviceDescription
  readonly address: string | undefined
  /** `undefined`: absent, which counts as expired. */
  readonly askedAt: EpochMs | undefined
}

/** Throws `ERR_DEVICE_DOCUMENT_MALFORMED` with the path unless the file is `{<requestId>: {deviceId, publicKey, …}}`. */
export function checkPending(fileName: string, json: Json): void {
  for (const pair of checkEntries(fileName, json)) {
    const [key, entry] = pair
    for (const name of ['deviceId', 'publicKey']) {
      if (typeof entry[name] === 'string') continue
      throw new MalformedDocument(fileName, `${pathOf(key)}.${name}`, 'a text')
    }
    checkTexts(fileName, pair, ['requestId', 'role', 'displayName', 'platform'])
    checkLists(fileName, pair, ['roles', 'scopes'])
  }
}

/** Reads one entry of a file that was checked; a text says why it cannot be. */
export function readPending(
  { sha256Bytes }: DocumentParts,
  [key, entry]: readonly [string, JsonObject],
  now: EpochMs,
): FileRequest | string {
  if (!isRequestId(key) || (textIn(entry, 'requestId') ?? key) !== key) {
    return 'its id cannot be the id of a request'
  }
  const identity = deviceIdentity(sha256Bytes, textIn(entry, 'publicKey') ?? '')
  if (identity === undefined || identity.deviceId !== textIn(entry, 'deviceId')) {
    return 'its device id is not the one of its key'
  }
  const role = textIn(entry, 'role') ?? listIn(entry, 'roles')?.[0] ?? 'operator'
  if (!isDeviceRole(role)) return 'it asks for what is no role of a device'
  return {
    ...identity,
    requestId: key,
    role,
    scopes: role === 'operator' ? readScopes(listIn(entry, 'scopes') ?? []) : [],
    description: readDescription(entry),
    address: textIn(entry, 'remoteIp')?.slice(0, MAX_ADDRESS),
    askedAt: timeIn(entry, 'ts', now),
  }
}

/** One request as the file shows it; what `previous` has besides stays. */
export function writePending(
  {
    deviceId,
    role,
    request,
  }: { readonly deviceId: string; readonly role: DeviceRole; readonly request: RequestRecord },
  previous: JsonObject | undefined,
): JsonObject {
  const { displayName, platform, deviceFamily, clientId, clientMode } = request.description
  return withKeys(previous, {
    requestId: request.requestId,
    deviceId,
    publicKey: request.publicKey,
    displayName,
    platform,
    deviceFamily,
    clientId,
    clientMode,
    role,
    roles: [role],
    scopes: request.scopes,
    remoteIp: request.address,
    silent: false,
    isRepair: request.reason !== 'not-paired',
    ts: request.lastAskedAt,
  })
}
