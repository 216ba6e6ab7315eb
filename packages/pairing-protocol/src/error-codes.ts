import { CONNECT_ERRORS, type ConnectErrorCode } from './connect-errors.ts'
import type { ErrorRule } from './error-rule.ts'
import { SESSION_ERRORS, type SessionErrorCode } from './session-errors.ts'

/** `error.details.code`: says exactly what is wrong, and stays what it is. */
export type ErrorDetailCode = ConnectErrorCode | SessionErrorCode

/** Every error of a gateway, and what a client does about it. */
export const ERRORS: Readonly<Record<ErrorDetailCode, ErrorRule>> = {
  ...CONNECT_ERRORS,
  ...SESSION_ERRORS,
}

/** True for a code of {@link ERRORS}. */
export function isErrorDetailCode(code: unknown): code is ErrorDetailCode {
  return typeof code === 'string' && Object.hasOwn(ERRORS, code)
}
