import type { Check } from './check.ts'
import {
  checkErrorFrame,
  checkEventFrame,
  checkRequestFrame,
  checkResultFrame,
} from './envelope.ts'
import type { EventFrame, RequestFrame, ResponseFrame } from './frame.ts'
import { inspect } from './inspect.ts'
import type { FrameLimits } from './limits.ts'
import { type Decoded, refused } from './refusal.ts'
import { scan } from './scan.ts'
import { exceedsUtf8 } from './utf8.ts'
import { isId } from './words.ts'

/**
 * Reads what a client sent: one request.
 *
 * Never throws, whatever the message is. Memory and time are bounded by `limits`, before anything is parsed.
 *
 * @param message - the message as text; anything else, such as the bytes of a binary one, is refused as `not-text`
 * @param limits - `HANDSHAKE_LIMITS` until the client is known, `SESSION_LIMITS` afterwards
 */
export function decodeFromClient(message: unknown, limits: FrameLimits): Decoded<RequestFrame> {
  const json = decodeJson(message, limits)
  if (!json.ok) return json
  const body = json.value
  if (member(body, 'type') !== 'req')
    return refused('not-a-frame', 'expected a frame of type req', idOf(body))
  return checked(checkRequestFrame, body)
}

/**
 * Reads what a gateway sent: an answer or an event.
 *
 * Never throws, whatever the message is. Memory and time are bounded by `limits`, before anything is parsed.
 *
 * @param message - the message as text; anything else, such as the bytes of a binary one, is refused as `not-text`
 * @param limits - `ANSWER_LIMITS`, or what the client can afford
 */
export function decodeFromGateway(
  message: unknown,
  limits: FrameLimits,
): Decoded<ResponseFrame | EventFrame> {
  const json = decodeJson(message, limits)
  if (!json.ok) return json
  const body = json.value
  const type = member(body, 'type')
  if (type === 'event') return checked(checkEventFrame, body)
  if (type !== 'res') {
    return refused('not-a-frame', 'expected a frame of type res or event', idOf(body))
  }
  return member(body, 'ok') === true
    ? checked(checkResultFrame, body)
    : checked(checkErrorFrame, body)
}

function checked<T>(check: Check<T>, body: unknown): Decoded<T> {
  const result = check(body)
  return result.ok ? result : refused('invalid-frame', result.problem, idOf(body))
}

function decodeJson(message: unknown, limits: FrameLimits): Decoded<unknown> {
  if (typeof message !== 'string') return refused('not-text', 'expected a text message')
  if (exceedsUtf8(message, limits.maxBytes)) {
    return refused('too-large', `more than ${String(limits.maxBytes)} bytes`)
  }
  const excess = scan(message, limits)
  if (excess !== undefined) return refused(excess, boundOf(excess, limits))
  const body = parsed(message)
  if (body === undefined) return refused('not-json', 'expected JSON')
  const fault = inspect(body, limits.maxDepth)
  if (fault !== undefined) return refused(fault, FAULTS[fault], idOf(body))
  return { ok: true, value: body }
}

const FAULTS = {
  'too-deep': 'nested too deeply',
  'forbidden-key': 'a key is __proto__',
  'number-out-of-range': 'a number is too large to be held',
} as const

function boundOf(excess: 'too-deep' | 'too-many-values', limits: FrameLimits): string {
  return excess === 'too-deep'
    ? `nested more than ${String(limits.maxDepth)} deep`
    : `more than ${String(limits.maxValues)} values`
}

/** `undefined`, which JSON cannot say, for what is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** An own member of an object. */
function member(body: unknown, key: string): unknown {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, key)) return undefined
  return (body as Readonly<Record<string, unknown>>)[key]
}

function idOf(body: unknown): string | undefined {
  const id = member(body, 'id')
  return isId(id) ? id : undefined
}
