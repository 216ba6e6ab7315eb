import * as z from 'zod'
import { type Check, checker } from './check.ts'
import type { ConnectParams } from './connect.ts'
import { MAX_CLAIMS, MAX_CONNECT_KEYS, MAX_SCOPES } from './limits.ts'
import { isId, isName, isPathEnv, isPublicKey, isSecret, isSignedText, isText } from './words.ts'

const id = z.custom<string>(isId, 'expected an id')
const name = z.custom<string>(isName, 'expected a name of letters, digits and ._:-')
const text = z.custom<string>(isText, 'expected at most 256 printable characters')
const signed = z.custom<string>(isSignedText, 'expected at most 256 printable characters without |')
const secret = z.custom<string>(isSecret, 'expected at most 1024 printable characters')
const claims = z.array(id).max(MAX_CLAIMS, `expected at most ${String(MAX_CLAIMS)} entries`)
const ms = z.number().int().nonnegative()

const client = z.object({
  id: name,
  version: text,
  platform: signed,
  mode: name,
  displayName: text.exactOptional(),
  deviceFamily: signed.exactOptional(),
  modelIdentifier: text.exactOptional(),
  instanceId: text.exactOptional(),
  buildId: text.exactOptional(),
  timeZone: text.exactOptional(),
})

const device = z.object({
  id,
  publicKey: z.custom<string>(isPublicKey, 'expected a public key'),
  signature: secret,
  signedAt: ms,
  nonce: id.exactOptional(),
})

const auth = z.object({
  token: secret.exactOptional(),
  deviceToken: secret.exactOptional(),
  bootstrapToken: secret.exactOptional(),
  password: secret.exactOptional(),
})

const permissions = z
  .record(id, z.boolean())
  .refine((value) => Object.keys(value).length <= MAX_CLAIMS, 'expected fewer permissions')

const params: Check<ConnectParams> = checker<ConnectParams>(
  z.object({
    minProtocol: z.number().int().positive(),
    maxProtocol: z.number().int().positive(),
    client,
    caps: claims.exactOptional(),
    commands: claims.exactOptional(),
    permissions: permissions.exactOptional(),
    pathEnv: z.custom<string>(isPathEnv, 'expected a search path').exactOptional(),
    role: name.exactOptional(),
    scopes: z
      .array(name)
      .max(MAX_SCOPES, `expected at most ${String(MAX_SCOPES)}`)
      .exactOptional(),
    device: device.exactOptional(),
    auth: auth.exactOptional(),
    locale: text.exactOptional(),
    userAgent: text.exactOptional(),
  }),
)

/** The parameters of `connect`. Unknown keys are left out, and refused where there are too many to be an extension. */
export const checkConnect: Check<ConnectParams> = (value) => {
  const crowded = [value, ...objectsIn(value)].find((each) => keysOf(each) > MAX_CONNECT_KEYS)
  if (crowded === undefined) return params(value)
  return { ok: false, problem: `an object has more than ${String(MAX_CONNECT_KEYS)} keys` }
}

/** The objects whose keys are counted: those that newer clients extend. */
function objectsIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  const extended = new Set(['client', 'device', 'auth'])
  return Object.entries(value).flatMap(([key, inner]) => (extended.has(key) ? [inner] : []))
}

function keysOf(value: unknown): number {
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0
}
