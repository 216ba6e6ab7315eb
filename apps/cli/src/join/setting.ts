import type { FailedError, NotFoundError, RefusedError, UsageError } from '../errors.ts'
import type { Screen } from '../output/screen.ts'

/** What joining takes from the command line, which is another bundle: its errors too, so that it knows them again. */
export interface JoinSetting {
  readonly screen: Screen
  readonly json: boolean
  /** How this program is called here, with its profile. */
  readonly program: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly now: () => number
  /** The setup code, in as many pieces as it was pasted; `-` for stdin. */
  readonly words: readonly string[]
  /** How this computer is to be called, where that was said. */
  readonly name: string | undefined
  readonly hostName: string
  /** Whether it ends as soon as it is connected. */
  readonly isOnce: boolean
  readonly stdinIsTerminal: () => boolean
  readonly stateDir: string
  readonly version: string
  readonly errors: JoinErrors
}

/** The errors of the command line. */
export interface JoinErrors {
  readonly FailedError: typeof FailedError
  readonly NotFoundError: typeof NotFoundError
  readonly RefusedError: typeof RefusedError
  readonly UsageError: typeof UsageError
}
