import { CLOSES, type Close } from './close.ts'

/**
 * Why a frame, or what is in it, was not read.
 *
 * - `not-text`: a binary message, or nothing that is text
 * - `too-large`, `too-deep`, `too-many-values`: beyond the limits; the text was not parsed
 * - `not-json`: the text is not JSON
 * - `forbidden-key`: a key `__proto__`, which changes objects instead of filling them
 * - `number-out-of-range`: a number that no double can hold, such as `1e999`
 * - `not-a-frame`: JSON, but no frame that this side may receive
 * - `invalid-frame`: a frame with a missing, wrong or unknown member
 * - `unknown-method`, `unknown-event`: a well-formed name without a meaning here
 * - `invalid-params`: the parameters of a known method are wrong
 * - `invalid-payload`: the result of a known method, or the payload of a known event, is wrong
 */
export type RefusalCode =
  | 'not-text'
  | 'too-large'
  | 'too-deep'
  | 'too-many-values'
  | 'not-json'
  | 'forbidden-key'
  | 'number-out-of-range'
  | 'not-a-frame'
  | 'invalid-frame'
  | 'unknown-method'
  | 'unknown-event'
  | 'invalid-params'
  | 'invalid-payload'

/** A refusal, as data. Holds names of members and kinds, never a value: a value may be a secret. */
export interface Refusal {
  readonly code: RefusalCode
  /** What is wrong and where, at most 400 characters: `at client.id: expected a name`. */
  readonly message: string
  /** The id of the frame where it could be read, so that an answer can name it. */
  readonly frameId?: string
}

/** What was read, or why not. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal }

/** What each side does about a refusal. */
export interface RefusalRule {
  /** How a gateway ends a connection that has not said `connect` yet. */
  readonly handshake: Close
  /** What a gateway does later: answer with an error, ignore the message, or close. */
  readonly session: 'answer' | 'ignore' | Close
  /** What the sender should do. */
  readonly sender: string
}

const invalid = { handshake: CLOSES.invalidFrame, session: 'answer' } as const

/** Every refusal, and what follows from it. */
export const REFUSALS: Readonly<Record<RefusalCode, RefusalRule>> = {
  'not-text': {
    handshake: CLOSES.notText,
    session: CLOSES.notText,
    sender: 'Send text messages; binary ones have no meaning.',
  },
  'too-large': {
    handshake: CLOSES.tooLarge,
    session: CLOSES.tooLarge,
    sender: 'Send less: before hello-ok 64 KiB, then policy.maxPayload.',
  },
  'too-deep': { ...invalid, sender: 'Nest less, or send the inner part as a string of JSON.' },
  'too-many-values': { ...invalid, sender: 'Split the message, or send its bulk as one string.' },
  'not-json': {
    handshake: CLOSES.silent,
    session: 'ignore',
    sender: 'Send one JSON object in each message.',
  },
  'forbidden-key': { ...invalid, sender: 'Leave out the key __proto__.' },
  'number-out-of-range': { ...invalid, sender: 'Send finite numbers, or text.' },
  'not-a-frame': {
    ...invalid,
    sender: 'Clients send frames of type req, gateways of type res and event.',
  },
  'invalid-frame': { ...invalid, sender: 'Send the members of the frame that are documented.' },
  'unknown-method': { ...invalid, sender: 'Call what features.methods of hello-ok lists.' },
  'unknown-event': { ...invalid, sender: 'Nothing: receivers ignore events they do not know.' },
  'invalid-params': { ...invalid, sender: 'Correct the member that the message names.' },
  'invalid-payload': { ...invalid, sender: 'Update the older side; the connection stays.' },
}

/** Cuts a message so that no sender decides how long an error or a log line is. */
const MAX_MESSAGE_LENGTH = 400

/** A refusal with its message cut to size. */
export function refused(
  code: RefusalCode,
  message: string,
  frameId?: string,
): { readonly ok: false; readonly refusal: Refusal } {
  const short = message.slice(0, MAX_MESSAGE_LENGTH)
  return {
    ok: false,
    refusal: { code, message: short, ...(frameId === undefined ? {} : { frameId }) },
  }
}
