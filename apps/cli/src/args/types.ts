import type { ExitCode } from '../exit-codes.ts'
import type { Screen } from '../output/screen.ts'
import type { World } from '../world.ts'

/** One option of a command. */
export interface OptionSpec {
  /** `list`: may be given several times, each with one value or several between commas. */
  readonly type: 'string' | 'boolean' | 'list'
  /** What stands for the value in the help: `<id>`. */
  readonly value?: string
  /** It may stand without a value: then it is a switch. */
  readonly maybeEmpty?: true
  readonly summary: string
  /** Accepted, not shown: an option of 2026.2 that has become the rule. */
  readonly hidden?: true
}

/** A command as its file exports it; loaded only when it runs or its help is shown. */
export interface Command {
  /** Ways to write it, without the program: `pairing approve <channel> <code|id>`. */
  readonly usage: readonly string[]
  /** What it does and what it does not, for the help. */
  readonly about: string
  readonly options: Readonly<Record<string, OptionSpec>>
  /** How many words it takes. */
  readonly words: { readonly min: number; readonly max: number }
  /** With `--json` it prints one object a line, as things happen; else one object at the end. */
  readonly json?: 'lines'
  /** What its words are, for completion. */
  readonly complete?: readonly WordKind[]
  readonly examples: readonly Example[]
  readonly run: (call: Call) => Promise<ExitCode>
}

/** What a word of a command line stands for. */
export type WordKind =
  | 'channel'
  | 'request'
  | 'allowed'
  | 'blocked'
  | 'sender'
  | 'owner'
  | 'device-request'
  | 'device'
  | 'node-request'
  | 'shell'
  | 'command'

/** A command line that works, and what it does. */
export interface Example {
  readonly line: string
  readonly what: string
}

/** A node of the command tree: a command, a group of commands, or both (`audit`, `audit verify`). */
export interface CommandNode {
  readonly name: string
  readonly summary: string
  readonly load?: () => Promise<Command>
  readonly children?: readonly CommandNode[]
  /** Works, but is not for people. */
  readonly hidden?: true
  /** `--url` is something else there than a gateway to ask. */
  readonly ownUrl?: true
}

/** What was typed, taken apart. */
export interface Call {
  readonly words: readonly string[]
  readonly values: Readonly<Record<string, string | true>>
  readonly json: boolean
  readonly profile: string | undefined
  readonly world: World
  readonly screen: Screen
  /** Every command there is. */
  readonly tree: CommandNode
  /** Runs another command line in another world, as if it had been typed there. */
  readonly again: (world: World) => Promise<ExitCode>
  /** The program with the profile that is active, for hints: `openclaw --profile work`. */
  readonly program: string
}
