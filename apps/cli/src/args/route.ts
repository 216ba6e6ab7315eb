import { UsageError } from '../errors.ts'
import { swap, toFront, without } from './mend.ts'
import { nearest } from './suggest.ts'
import type { CommandNode } from './types.ts'

/** The switches that hold on every level. */
export interface GlobalFlags {
  profile: string | undefined
  dev: boolean
  color: boolean
  json: boolean
  help: boolean
  version: boolean
}

/** Where a command line leads. */
export interface Route {
  readonly path: readonly CommandNode[]
  readonly rest: readonly string[]
  readonly flags: GlobalFlags
}

const PROFILE = /^[a-z0-9][a-z0-9_-]{0,63}$/i

/** Follows the words of a command line down the tree; what belongs to the command itself stays in `rest`. */
export function route(root: CommandNode, args: readonly string[]): Route {
  const flags: GlobalFlags = {
    profile: undefined,
    dev: false,
    color: true,
    json: false,
    help: false,
    version: false,
  }
  const path: CommandNode[] = [root]
  let index = 0
  while (index < args.length) {
    const node = path.at(-1) ?? root
    const arg = args[index] ?? ''
    const child = node.children?.find(({ name }) => name === arg)
    if (child !== undefined) path.push(child)
    else if (node.load !== undefined && !isGroupWord(node, arg, flags)) break
    else if (arg.startsWith('-'))
      index += readFlag(flags, args, { index, atTop: path.length === 1 })
    else throw unknownCommand(path, arg)
    index += 1
  }
  return { path, rest: args.slice(index), flags: checked(flags) }
}

/** Whether `arg` is not for the command itself, which has sub-commands: their name, mistyped, or a switch before it. */
function isGroupWord(node: CommandNode, arg: string, flags: GlobalFlags): boolean {
  return node.children !== undefined && (!arg.startsWith('-') || setSwitch(flags, arg))
}

/** Reads one global flag; answers how many further words it took. */
function readFlag(
  flags: GlobalFlags,
  args: readonly string[],
  at: { readonly index: number; readonly atTop: boolean },
): number {
  const arg = args[at.index] ?? ''
  if (setSwitch(flags, arg)) return 0
  const isProfile = arg === '--profile' || arg.startsWith('--profile=')
  if ((isProfile || arg === '--dev') && !at.atTop) throw onlyBefore(arg)
  if (arg === '--dev') {
    flags.dev = true
    return 0
  }
  if (!isProfile) throw unknownFlag(arg)
  const inline = arg.startsWith('--profile=')
  flags.profile = inline ? arg.slice('--profile='.length) : args[at.index + 1]
  if (flags.profile === undefined) throw profileMissing()
  return inline ? 0 : 1
}

/** Sets a switch that holds everywhere; false when `arg` is none. */
export function setSwitch(flags: GlobalFlags, arg: string): boolean {
  if (arg === '--json') flags.json = true
  else if (arg === '--no-color') flags.color = false
  else if (arg === '--help' || arg === '-h') flags.help = true
  else if (arg === '--version' || arg === '-V' || arg === '-v') flags.version = true
  else return false
  return true
}

/** `--profile` and `--dev` stand before the sub-command, as in OpenClaw. */
export function onlyBefore(arg: string): UsageError {
  const name = arg.split('=')[0] ?? arg
  return new UsageError(`${name} stands before the sub-command`, { mend: toFront(name) })
}

function profileMissing(): UsageError {
  return new UsageError('--profile needs a name', {
    hint: 'such as',
    mend: (args) => [...args, 'work', 'pairing', 'list'],
  })
}

function checked(flags: GlobalFlags): GlobalFlags {
  if (flags.dev && flags.profile !== undefined) {
    throw new UsageError('--dev and --profile exclude each other', {
      hint: 'leave one of them out',
      mend: without('--dev'),
    })
  }
  if (flags.profile !== undefined && !PROFILE.test(flags.profile)) {
    throw new UsageError(
      'a profile name is 1 to 64 of a-z, 0-9, _ and -, and begins with a letter or digit',
      { hint: 'such as', mend: swap(flags.profile, 'work') },
    )
  }
  return flags.dev ? { ...flags, profile: 'dev' } : flags
}

function unknownFlag(arg: string): UsageError {
  const known = ['--profile', '--dev', '--no-color', '--json', '--help', '--version']
  const name = arg.split('=')[0] ?? arg
  const meant = nearest(name, known)
  return new UsageError(
    `unknown option ${name}`,
    meant === undefined ? {} : { mend: swap(name, meant) },
  )
}

function unknownCommand(path: readonly CommandNode[], word: string): UsageError {
  const node = path.at(-1)
  const names = namesOf(node)
  const prefix = path.slice(1).map(({ name }) => name)
  const meant = nearest(word, names) ?? elsewhere(path, word)
  const shown = [...prefix, word].join(' ')
  return new UsageError(
    `unknown command “${shown}”`,
    meant === undefined ? { hint: `one of: ${names.join(', ')}` } : { mend: swap(word, meant) },
  )
}

/** `approve` at the top is `pairing approve`. */
function elsewhere(path: readonly CommandNode[], word: string): string | undefined {
  const groups = path.length === 1 ? (path[0]?.children ?? []) : []
  const group = groups.find((child) => namesOf(child).includes(word))
  return group === undefined ? undefined : `${group.name} ${word}`
}

function namesOf(node: CommandNode | undefined): readonly string[] {
  return (node?.children ?? []).filter(({ hidden }) => !hidden).map(({ name }) => name)
}
