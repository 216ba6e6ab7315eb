import type { AdmittedDevice } from '@openclaw/device-pairing'
import type { Json, JsonObject } from '@openclaw/pairing-contracts'
import type { ErrorDetailCode, ErrorFacts } from '@openclaw/pairing-protocol'
import { AUTH_FAILURES, MAX_GUESSES } from '../limits.ts'
import type { Order } from '../nodes/order.ts'
import type { Called, CallId } from '../nodes/replays.ts'
import type { CredentialClass } from '../watched.ts'

/** What gateways ask and tell each other. */
export const KINDS = {
  /** Makes a call for a node that is there. */
  invoke: 'sessions/invoke',
  /** What became of a call. */
  known: 'sessions/known',
  /** Whether a node is there. */
  where: 'sessions/where',
  /** Wrong secrets. */
  guesses: 'sessions/guesses',
} as const

/** What a gateway answers that is to make a call; `absent`: the node is not there, and nothing was done. */
export type Passed = Called | 'absent'

/** What a gateway knows of a call; `undecided`: it asks itself. */
export type Known = Called | 'unknown' | 'undecided'

/** Wrong secrets of one kind from one address. */
export interface Guess {
  readonly kind: CredentialClass
  readonly limitKey: string
  readonly count: number
}

export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An order as another gateway gets it. */
export function encodeOrder({ device, ...order }: Order): Json {
  return { ...order, id: { ...order.id }, device: device === undefined ? null : { ...device } }
}

/** `undefined` when it is none. */
export function decodeOrder(body: Json): Order | undefined {
  if (!isObject(body)) return undefined
  const { device: given = null, nodeId, command, paramsJSON, timeoutMs, idempotencyKey } = body
  const id = decodeCallId(body['id'] ?? null)
  const device = given === null ? undefined : decodeDevice(given)
  if (id === undefined || (given !== null && device === undefined)) return undefined
  if (typeof nodeId !== 'string' || typeof command !== 'string') return undefined
  if (typeof paramsJSON !== 'string' && paramsJSON !== null) return undefined
  if (typeof timeoutMs !== 'number' || typeof idempotencyKey !== 'string') return undefined
  return { id, device, nodeId, command, paramsJSON, timeoutMs, idempotencyKey }
}

/** `undefined` when it is none. */
export function decodeCallId(body: Json): CallId | undefined {
  if (!isObject(body)) return undefined
  const { key, fingerprint } = body
  const isWhole = typeof key === 'string' && typeof fingerprint === 'string'
  return isWhole ? { key, fingerprint } : undefined
}

function decodeDevice(body: Json): AdmittedDevice | undefined {
  if (!isObject(body)) return undefined
  const { deviceId, role, scopes = null, commands = null, generation } = body
  if (typeof deviceId !== 'string' || typeof generation !== 'number') return undefined
  if (role !== 'operator' && role !== 'node') return undefined
  if (!isTexts(scopes) || !isTexts(commands)) return undefined
  return { deviceId, role, scopes, commands, generation }
}

function isTexts(value: Json): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}

/** What became of a call, as another gateway gets it. */
export function encodeCalled(said: Called | string): Json {
  return said as unknown as Json
}

/** Every code that a gateway refuses a call with. */
const CODES: ReadonlySet<string> = new Set<ErrorDetailCode>([
  'NOT_CONNECTED',
  'NODE_COMMAND_NOT_ALLOWED',
  'NODE_TIMEOUT',
  'RATE_LIMITED',
  'STORE_UNAVAILABLE',
  'SCOPE_MISSING',
  'AUTH_DEVICE_REVOKED',
  'AUTH_DEVICE_TOKEN_MISMATCH',
])

const PLAIN: ReadonlySet<Called['kind']> = new Set([
  'timeout',
  'gone',
  'shutdown',
  'forgotten',
  'conflict',
  'full',
])

/** `undefined` when it is nothing that became of a call. */
export function decodeCalled(body: Json): Called | undefined {
  if (!isObject(body)) return undefined
  const { kind, payloadJSON = null, failure = null, code, facts = null } = body
  if (kind === 'done') {
    const isText = typeof payloadJSON === 'string' || payloadJSON === null
    return isText ? { kind, payloadJSON } : undefined
  }
  if (kind === 'failed') return { kind, failure: isObject(failure) ? textsOf(failure) : {} }
  if (kind === 'not-sent' && typeof code === 'string' && CODES.has(code)) {
    return { kind, code: code as ErrorDetailCode, facts: decodeFacts(facts) }
  }
  return PLAIN.has(kind as Called['kind']) ? ({ kind } as Called) : undefined
}

function textsOf({ code, message }: JsonObject) {
  return {
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof message === 'string' ? { message } : {}),
  }
}

function decodeFacts(body: Json): ErrorFacts {
  if (!isObject(body)) return {}
  const { about, details = null, retryAfterMs } = body
  return {
    ...(typeof about === 'string' ? { about } : {}),
    ...(isObject(details) ? { details } : {}),
    ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}),
  }
}

const CLASSES: ReadonlySet<string> = new Set<CredentialClass>([
  'shared-secret',
  'device-token',
  'setup-code',
])

/** A kind of secret. */
export function isCredentialClass(kind: unknown): kind is CredentialClass {
  return typeof kind === 'string' && CLASSES.has(kind)
}

/** Wrong secrets as other gateways get them. */
export function encodeGuesses(guesses: readonly Guess[]): Json {
  return guesses.map(({ kind, limitKey, count }) => [kind, limitKey, count])
}

/** At most as many as are told at a time, and each as often as it matters. */
export function decodeGuesses(body: Json): readonly Guess[] {
  if (!Array.isArray(body)) return []
  return body.slice(0, MAX_GUESSES).flatMap((each: Json) => {
    const [kind, limitKey, count] = Array.isArray(each) ? (each as readonly Json[]) : []
    if (!isCredentialClass(kind) || typeof limitKey !== 'string') return []
    if (typeof count !== 'number' || !(count >= 1)) return []
    return [{ kind, limitKey, count: Math.min(Math.floor(count), AUTH_FAILURES) }]
  })
}
