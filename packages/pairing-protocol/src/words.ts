import {
  MAX_ID_LENGTH,
  MAX_NAME_LENGTH,
  MAX_PATH_ENV_LENGTH,
  MAX_SECRET_LENGTH,
  MAX_TEXT_LENGTH,
} from './limits.ts'
import { isWellFormed } from './utf8.ts'

const NAME = /^[A-Za-z0-9][A-Za-z0-9._:-]*$/
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/
const CONTROL_BUT_LINES = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f]/

function isPlain(value: unknown, max: number): value is string {
  return (
    typeof value === 'string' && value.length <= max && !CONTROL.test(value) && isWellFormed(value)
  )
}

/**
 * A client id, mode, role or scope: 1 to 64 letters, digits and `._:-`. None holds `|` or `,`, which separate them in
 * what a device signs, so that two different connects never have one signature.
 */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_NAME_LENGTH && NAME.test(value)
}

/** An id: 1 to 128 characters, not blank, no control characters, no lone surrogates. */
export function isId(value: unknown): value is string {
  return isPlain(value, MAX_ID_LENGTH) && value.trim() !== ''
}

/** What people read: at most 256 characters, no control characters, no lone surrogates. */
export function isText(value: unknown): value is string {
  return isPlain(value, MAX_TEXT_LENGTH)
}

/** Text that is signed between separators: without `|`. */
export function isSignedText(value: unknown): value is string {
  return isText(value) && !value.includes('|')
}

/** A token, password or signature: at most 1,024 characters, no control characters. */
export function isSecret(value: unknown): value is string {
  return isPlain(value, MAX_SECRET_LENGTH)
}

/** A public key: base64url, or PEM, which has lines. */
export function isPublicKey(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= MAX_SECRET_LENGTH &&
    !CONTROL_BUT_LINES.test(value) &&
    isWellFormed(value)
  )
}

/** A search path of a node's machine. */
export function isPathEnv(value: unknown): value is string {
  return isPlain(value, MAX_PATH_ENV_LENGTH)
}
