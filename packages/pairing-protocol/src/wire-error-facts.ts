import { type ErrorDetailCode, isErrorDetailCode } from './error-codes.ts'
import type { WireError } from './frame.ts'
import { isId } from './words.ts'

/** A member of `error.details`; `undefined` where there is none. */
export function detailOf({ details }: WireError, key: string): unknown {
  if (typeof details !== 'object' || details === null || Array.isArray(details)) return undefined
  return Object.entries(details).find(([name]) => name === key)?.[1]
}

/** `error.details.code`, where it is one that is known here. */
export function detailCodeOf(error: WireError): ErrorDetailCode | undefined {
  const code = detailOf(error, 'code')
  return isErrorDetailCode(code) ? code : undefined
}

/** The request that waits for an owner, where the error names one. */
export function requestIdOf(error: WireError): string | undefined {
  const id = detailOf(error, 'requestId')
  return isId(id) ? id : undefined
}
