import type { ChannelAddress, Json, JsonObject, SenderId } from '@openclaw/pairing-contracts'
import type { RequestRecord } from '../collections.ts'
import { isoTime, printableMeta } from '../display.ts'
import { MalformedDocument } from '../errors.ts'
import { isJsonObject } from '../fields.ts'
import { checkList, idText, listOf } from './shape.ts'

/** One request of a pairing file, as it stands there. */
export interface PairingEntry {
  readonly id: string
  /** Upper-cased; whether it is a code is for the reader to find out. */
  readonly code: string
  /** `undefined`: absent or no time, which counts as expired. */
  readonly createdAt: number | undefined
  readonly lastSeenAt: number | undefined
  readonly meta: Readonly<Record<string, string>>
  /** Lower-cased; `undefined`: the account of the file. */
  readonly accountId: string | undefined
  readonly raw: JsonObject
}

/** Throws `ERR_DM_DOCUMENT_MALFORMED` with the path unless the file is `{version: 1, requests: [{id, code, …}]}`. */
export function checkPairing(fileName: string, json: Json): void {
  checkList(fileName, json, 'requests').forEach((entry, index) => {
    const path = `requests[${String(index)}]`
    if (!isJsonObject(entry)) throw new MalformedDocument(fileName, path, 'an object')
    if (idText(entry['id']) === undefined) {
      throw new MalformedDocument(fileName, `${path}.id`, 'the id of a sender')
    }
    if (typeof entry['code'] !== 'string') {
      throw new MalformedDocument(fileName, `${path}.code`, 'a pairing code')
    }
    const meta = entry['meta']
    if (meta !== undefined && meta !== null && !isJsonObject(meta)) {
      throw new MalformedDocument(fileName, `${path}.meta`, 'an object')
    }
  })
}

/** The requests of a file that was checked, or of one that we wrote. What has no shape is left out. */
export function readPairing(json: Json | undefined): readonly PairingEntry[] {
  return listOf(json, 'requests').flatMap((raw) => {
    const id = isJsonObject(raw) ? idText(raw['id']) : undefined
    if (!isJsonObject(raw) || id === undefined || typeof raw['code'] !== 'string') return []
    const meta = isJsonObject(raw['meta']) ? raw['meta'] : {}
    return [
      {
        id,
        code: raw['code'].trim().toUpperCase(),
        createdAt: timeOf(raw['createdAt']),
        lastSeenAt: timeOf(raw['lastSeenAt']),
        meta: printableMeta(meta),
        accountId: accountOf(meta['accountId']),
        raw,
      },
    ]
  })
}

/** One request as the file shows it; what `previous` has besides stays. */
export function writePairingEntry(
  address: ChannelAddress,
  { senderId, request }: { readonly senderId: SenderId; readonly request: RequestRecord },
  previous: JsonObject | undefined,
): JsonObject {
  const meta = previous && isJsonObject(previous['meta']) ? previous['meta'] : {}
  return {
    ...previous,
    id: senderId,
    code: request.code,
    createdAt: isoTime(request.createdAt),
    lastSeenAt: isoTime(request.lastSeenAt),
    meta: { ...meta, ...request.meta, accountId: address.account },
  }
}

function timeOf(value: Json | undefined): number | undefined {
  if (typeof value !== 'string') return undefined
  const time = Date.parse(value)
  return Number.isSafeInteger(time) && time >= 0 ? time : undefined
}

function accountOf(value: Json | undefined): string | undefined {
  const account = typeof value === 'string' ? value.trim().toLowerCase() : ''
  return account === '' ? undefined : account
}
