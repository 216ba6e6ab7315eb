import { isOpenClawError } from '@openclaw/pairing-contracts'
import { CliError, type Mend } from '../errors.ts'
import { programWith } from '../hints.ts'
import { safe } from '../output/safe.ts'
import { shellWord } from '../program.ts'
import { tree } from '../tree.ts'
import type { World } from '../world.ts'
import { swap } from './mend.ts'
import { nearest } from './suggest.ts'
import type { CommandNode } from './types.ts'

/** What a hint for a mistyped line is made of. */
export interface MistakeContext {
  readonly world: World
  /** The program as hints call it. */
  readonly program: string
  /** The hint of the error itself, its commands named by `program`. */
  readonly hint: string | undefined
}

/** The hint for a line that cannot be understood: it always has a command in it, the line that was meant where that is known. */
export function usageHint(error: unknown, { world, program, hint }: MistakeContext): string {
  const meant = meantLine(mendOf(error, world.args), world)
  if (meant !== undefined) return `${leadOf(hint)}: ${meant}`
  if (hint?.includes(`${program} `) === true) return hint
  const help = [program, ...placeIn(tree, world.args), '--help'].join(' ')
  if (hint === undefined) return help
  return hint.endsWith('.') ? `${hint} See ${help}` : `${hint}; see ${help}`
}

/** What stands before the line. */
function leadOf(hint: string | undefined): string {
  return hint === undefined || /^did you mean /i.test(hint) ? 'did you mean' : hint
}

/** A channel's name is found wrong below, where the line is not known. */
function mendOf(error: unknown, args: readonly string[]): Mend | undefined {
  if (error instanceof CliError) return error.mend
  const meant = isOpenClawError(error) && 'meant' in error ? error.meant : undefined
  if (typeof meant !== 'string') return undefined
  const wrong = args.find((arg) => arg !== meant && nearest(arg.trim(), [meant]) === meant)
  return wrong === undefined ? undefined : swap(wrong, meant)
}

/** Longer lines are a pasted text, and not worth to be repeated. */
const LONGEST_LINE = 240

function meantLine(mend: Mend | undefined, world: World): string | undefined {
  const args = mend?.(world.args)
  if (args === undefined) return undefined
  const hasProfile = args.some((arg) => arg === '--dev' || /^--profile(?:=|$)/.test(arg))
  // The profile stands in the line itself then.
  const program = programWith(world, hasProfile ? 'default' : undefined)
  const line = safe([program, ...args.map(shellWord)].join(' '))
  return line.length > LONGEST_LINE ? undefined : line
}

/** The names of the commands that a line leads through, as far as it can be followed. */
function placeIn(root: CommandNode, args: readonly string[]): readonly string[] {
  const names: string[] = []
  let node: CommandNode | undefined = root
  for (const arg of args) {
    const child: CommandNode | undefined = node.children?.find(({ name }) => name === arg)
    // The words behind `help` name a place as well.
    if (child === undefined || arg === 'help') continue
    names.push(arg)
    node = child
  }
  return names
}
