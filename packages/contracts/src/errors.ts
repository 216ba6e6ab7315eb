/**
 * The base of every error that this project throws on purpose.
 *
 * `code` is stable and starts with `ERR_`; `hint` is one sentence or command that mends it; neither ever holds a secret.
 */
export abstract class OpenClawError extends Error {
  abstract readonly code: string
  /** What to do about it, ready to be printed; `undefined` when the message says all. */
  readonly hint: string | undefined

  constructor(message: string, options: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.hint = options.hint
  }
}

/** True for an error of this project, also one that another copy of this package made. */
export function isOpenClawError(value: unknown): value is OpenClawError {
  return (
    value instanceof Error &&
    'code' in value &&
    typeof value.code === 'string' &&
    value.code.startsWith('ERR_') &&
    'hint' in value
  )
}
