import { OpenClawError } from '@openclaw/pairing-contracts'
import type { ConfigProblem } from '../types.ts'

/** A configuration file is neither JSON nor JSON5. Names the place, never what stands there. */
export class ConfigSyntax extends OpenClawError {
  override readonly name = 'ConfigSyntax'
  override readonly code = 'ERR_CONFIG_SYNTAX'
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
  constructor(file: string, place: { readonly line: number; readonly column: number }) {
    super(`${file}:${String(place.line)}:${String(place.column)} is not JSON5`, {
      hint: `Mend line ${String(place.line)} of ${file}; often a comma, a quote or a bracket is missing just before it.`,
    })
    this.file = file
    this.line = place.line
    this.column = place.column
  }
}

/** A configuration file is there and cannot be read; it is not taken for empty. */
export class ConfigUnreadable extends OpenClawError {
  override readonly name = 'ConfigUnreadable'
  override readonly code = 'ERR_CONFIG_UNREADABLE'
  readonly file: string
  constructor(file: string, reason: string, cause?: unknown) {
    super(`${file} cannot be read: ${reason}`, {
      hint: `Make ${file} a regular UTF-8 file that you may read (ls -l ${file}), or move it aside.`,
      cause,
    })
    this.file = file
  }
}

/** A configuration file went away while it was in force; to go on without it could open what it had closed. */
export class ConfigGone extends OpenClawError {
  override readonly name = 'ConfigGone'
  override readonly code = 'ERR_CONFIG_GONE'
  readonly file: string
  constructor(file: string) {
    super(`${file} was there and is gone`, {
      hint: `Put ${file} back; to run without it, stop the gateway and start it again.`,
    })
    this.file = file
  }
}

/** The configuration goes beyond a bound of this package. */
export class ConfigTooLarge extends OpenClawError {
  override readonly name = 'ConfigTooLarge'
  override readonly code = 'ERR_CONFIG_TOO_LARGE'
  readonly file: string
  constructor(file: string, bound: string) {
    super(`${file} is too large: ${bound}`, { hint: `Make ${file} smaller.` })
    this.file = file
  }
}

/** A configuration file holds something else than one object. */
export class ConfigShape extends OpenClawError {
  override readonly name = 'ConfigShape'
  override readonly code = 'ERR_CONFIG_SHAPE'
  readonly file: string
  constructor(file: string) {
    super(`${file} must hold one object`, { hint: `Put { } around what stands in ${file}.` })
    this.file = file
  }
}

/** An `$include` leads out of the configuration's directory, in a circle, too deep, or nowhere. */
export class ConfigInclude extends OpenClawError {
  override readonly name = 'ConfigInclude'
  override readonly code = 'ERR_CONFIG_INCLUDE'
  readonly file: string
  readonly path: string
  constructor(place: { readonly file: string; readonly path: string }, reason: string) {
    super(`$include at ${place.path || 'the top'} of ${place.file}: ${reason}`, {
      hint: 'Name files of the configuration’s own directory, relative to the file that includes them.',
    })
    this.file = place.file
    this.path = place.path
  }
}

/** The configuration has errors; `problems` holds them all. */
export class ConfigInvalid extends OpenClawError {
  override readonly name = 'ConfigInvalid'
  override readonly code = 'ERR_CONFIG_INVALID'
  readonly problems: readonly ConfigProblem[]
  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ file, path, problem }) => `${file}: ${path}: ${problem}`)
    super(`the configuration has errors\n${lines.join('\n')}`, { hint: hintOf(problems) })
    this.problems = problems
  }
}

/** What mends one of many would be taken for what mends them all. */
function hintOf([first, ...others]: readonly ConfigProblem[]): string {
  if (first === undefined) return 'openclaw doctor'
  return others.length === 0 ? first.fix : 'What mends each of them: openclaw doctor'
}
