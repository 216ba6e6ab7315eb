import type { JsonObject } from '@openclaw/pairing-contracts'
import { OpenClawError } from '@openclaw/pairing-contracts'
import { EXIT, type ExitCode } from './exit-codes.ts'

/** What an error of the command line carries besides its message. */
export interface CliErrorOptions {
  readonly hint?: string
  readonly cause?: unknown
  /** Added to the error object that `--json` prints. */
  readonly detail?: JsonObject
  /** Below the message, for a person; scripts have them in `detail`. */
  readonly lines?: readonly string[]
  /** Makes the line that was probably meant of the one that was typed; the hint then ends with it. */
  readonly mend?: Mend
  /** The hint is for another machine: its commands stay as they are typed there. */
  readonly hintFor?: 'another-machine'
}

/** Words of a command line made right; `undefined` when that cannot be said. */
export type Mend = (args: readonly string[]) => readonly string[] | undefined

/** The base of the command line's own errors: each knows its exit code. */
export abstract class CliError extends OpenClawError {
  abstract readonly exitCode: ExitCode
  readonly detail: JsonObject
  readonly lines: readonly string[]
  readonly mend: Mend | undefined
  readonly hintFor: 'here' | 'another-machine'

  constructor(message: string, options: CliErrorOptions = {}) {
    super(message, options)
    this.detail = options.detail ?? {}
    this.lines = options.lines ?? []
    this.mend = options.mend
    this.hintFor = options.hintFor ?? 'here'
  }
}

/** The command line cannot be understood: exit 2. */
export class UsageError extends CliError {
  override readonly name = 'UsageError'
  override readonly code = 'ERR_CLI_USAGE'
  override readonly exitCode = EXIT.usage
}

/** What was named is not there (any more): exit 3. `reason` tells which. */
export class NotFoundError extends CliError {
  override readonly name = 'NotFoundError'
  override readonly code = 'ERR_CLI_NOT_FOUND'
  override readonly exitCode = EXIT.notFound
}

/** It was refused, and nothing changed: exit 4. */
export class RefusedError extends CliError {
  override readonly name = 'RefusedError'
  override readonly exitCode = EXIT.refused
  override readonly code: `ERR_${string}`

  constructor(code: `ERR_${string}`, message: string, options: CliErrorOptions = {}) {
    super(message, options)
    this.code = code
  }
}

/** It was tried and did not work: exit 1. */
export class FailedError extends CliError {
  override readonly name = 'FailedError'
  override readonly code = 'ERR_CLI_FAILED'
  override readonly exitCode = EXIT.failed
}
