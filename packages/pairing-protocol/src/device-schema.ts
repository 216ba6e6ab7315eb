import * as z from 'zod'
import { type Check, checker } from './check.ts'
import type {
  DeviceApproval,
  DeviceApproved,
  DeviceLabel,
  DeviceList,
  DeviceRef,
  DeviceRejected,
  DeviceRequest,
  DeviceResolved,
  DeviceRole,
  RequestRef,
  TokenRevoked,
  TokenRotated,
  TokenRotation,
} from './devices.ts'
import { MAX_SCOPES } from './limits.ts'
import { isId, isName, isText } from './words.ts'

const id = z.custom<string>(isId, 'expected an id')
const name = z.custom<string>(isName, 'expected a name of letters, digits and ._:-')
const label = z.custom<string>(
  (value) => isText(value) && value.trim() !== '',
  'expected 1 to 256 printable characters',
)
const text = z.string().exactOptional()
const strings = z.array(z.string())
const ms = z.number().int().nonnegative()

const claimed = {
  displayName: text,
  platform: text,
  deviceFamily: text,
  clientId: text,
  clientMode: text,
  role: text,
  roles: strings.exactOptional(),
  scopes: strings.exactOptional(),
  remoteIp: text,
}

const request = z.looseObject({
  requestId: id,
  deviceId: id,
  publicKey: z.string(),
  ts: ms,
  ...claimed,
  silent: z.boolean().exactOptional(),
  isRepair: z.boolean().exactOptional(),
})

const token = z.looseObject({
  role: z.string(),
  scopes: strings,
  createdAtMs: ms,
  rotatedAtMs: ms.exactOptional(),
  revokedAtMs: ms.exactOptional(),
  lastUsedAtMs: ms.exactOptional(),
})

const device = z.looseObject({
  deviceId: id,
  publicKey: z.string(),
  createdAtMs: ms,
  approvedAtMs: ms,
  ...claimed,
  tokens: z.array(token).exactOptional(),
})

/** What a gateway reads: nothing unknown. */
export const deviceParams: {
  readonly requestRef: Check<RequestRef>
  readonly approval: Check<DeviceApproval>
  readonly deviceRef: Check<DeviceRef>
  readonly label: Check<DeviceLabel>
  readonly role: Check<DeviceRole>
  readonly rotation: Check<TokenRotation>
} = {
  requestRef: checker(z.strictObject({ requestId: id })),
  approval: checker<DeviceApproval>(z.strictObject({ requestId: id, digest: id.exactOptional() })),
  deviceRef: checker(z.strictObject({ deviceId: id })),
  label: checker(z.strictObject({ deviceId: id, label })),
  role: checker(z.strictObject({ deviceId: id, role: name })),
  rotation: checker<TokenRotation>(
    z.strictObject({
      deviceId: id,
      role: name,
      scopes: z
        .array(name)
        .max(MAX_SCOPES, `expected at most ${String(MAX_SCOPES)}`)
        .exactOptional(),
    }),
  ),
}

/** What a client reads: keys that it does not know are kept. */
export const deviceResults: {
  readonly list: Check<DeviceList>
  readonly approved: Check<DeviceApproved>
  readonly rejected: Check<DeviceRejected>
  readonly deviceRef: Check<DeviceRef>
  readonly label: Check<DeviceLabel>
  readonly rotated: Check<TokenRotated>
  readonly revoked: Check<TokenRevoked>
  readonly request: Check<DeviceRequest>
  readonly resolved: Check<DeviceResolved>
} = {
  list: checker<DeviceList>(z.looseObject({ pending: z.array(request), paired: z.array(device) })),
  approved: checker<DeviceApproved>(z.looseObject({ requestId: id, device })),
  rejected: checker<DeviceRejected>(z.looseObject({ requestId: id, deviceId: id })),
  deviceRef: checker<DeviceRef>(z.looseObject({ deviceId: id })),
  label: checker<DeviceLabel>(z.looseObject({ deviceId: id, label: z.string() })),
  rotated: checker<TokenRotated>(
    z.looseObject({
      deviceId: id,
      role: z.string(),
      scopes: strings,
      rotatedAtMs: ms,
      token: text,
    }),
  ),
  revoked: checker<TokenRevoked>(
    z.looseObject({ deviceId: id, role: z.string(), revokedAtMs: ms }),
  ),
  request: checker<DeviceRequest>(request),
  resolved: checker<DeviceResolved>(
    z.looseObject({ requestId: id, deviceId: id, decision: z.string(), ts: ms }),
  ),
}
