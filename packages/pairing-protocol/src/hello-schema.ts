import type { JsonObject } from '@openclaw/pairing-contracts'
import * as z from 'zod'
import { type Check, checker } from './check.ts'
import type { ConnectChallenge, HelloOk, PresenceEntry } from './connect.ts'
import { isId } from './words.ts'

const id = z.custom<string>(isId, 'expected an id')
const text = z.string().exactOptional()
const strings = z.array(z.string())
const ms = z.number().int().nonnegative()
const object = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'expected an object',
)

const presence = z.looseObject({
  ts: ms,
  host: text,
  ip: text,
  version: text,
  platform: text,
  deviceFamily: text,
  modelIdentifier: text,
  mode: text,
  lastInputSeconds: z.number().exactOptional(),
  reason: text,
  text,
  tags: strings.exactOptional(),
  deviceId: text,
  instanceId: text,
  roles: strings.exactOptional(),
  scopes: strings.exactOptional(),
})

const auth = z.looseObject({
  role: z.string(),
  scopes: strings,
  deviceToken: text,
  issuedAtMs: ms.exactOptional(),
  method: text,
  deviceTokens: z
    .array(
      z.looseObject({ deviceToken: z.string(), role: z.string(), scopes: strings, issuedAtMs: ms }),
    )
    .exactOptional(),
})

const server = z.looseObject({ version: z.string(), connId: id, host: text })
const features = z.looseObject({
  methods: strings,
  events: strings,
  capabilities: strings.exactOptional(),
})
const snapshot = z.looseObject({
  presence: z.array(presence),
  health: object,
  stateVersion: z.looseObject({ presence: ms, health: ms }),
  uptimeMs: z.number().nonnegative(),
})
const policy = z.looseObject({
  maxPayload: z.number().int().positive(),
  maxBufferedBytes: z.number().int().positive(),
  tickIntervalMs: z.number().int().positive(),
})

/** The answer to `connect`. */
export const checkHelloOk: Check<HelloOk> = checker<HelloOk>(
  z.looseObject({
    type: z.literal('hello-ok'),
    protocol: z.number().int().positive(),
    server,
    features,
    snapshot,
    auth: auth.exactOptional(),
    policy,
  }),
)

/** The payload of `connect.challenge`. */
export const checkChallenge: Check<ConnectChallenge> = checker<ConnectChallenge>(
  z.looseObject({ nonce: id, ts: ms, capabilities: strings.exactOptional() }),
)

/** The result of `system-presence`. */
export const checkPresenceList: Check<readonly PresenceEntry[]> = checker<readonly PresenceEntry[]>(
  z.array(presence),
)

/** The payload of `presence`. */
export const checkPresence: Check<{ readonly presence: readonly PresenceEntry[] }> = checker<{
  readonly presence: readonly PresenceEntry[]
}>(z.looseObject({ presence: z.array(presence) }))
