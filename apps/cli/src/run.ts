import { printHelp } from './args/help.ts'
import { parseCommand } from './args/parse.ts'
import { type GlobalFlags, type Route, route } from './args/route.ts'
import type { Call, Command } from './args/types.ts'
import { UsageError } from './errors.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import { programWith } from './hints.ts'
import { safeJson } from './output/safe.ts'
import { type Screen, screenOf } from './output/screen.ts'
import { report } from './report.ts'
import { tree } from './tree.ts'
import { version } from './version.ts'
import type { World } from './world.ts'

/** Runs one command line to its end and answers its exit code; never rejects. */
export async function run(world: World): Promise<ExitCode> {
  // Known before the line is understood, so that a mistake in it is reported as asked for.
  const json = beforeDashes(world.args).includes('--json')
  const color = !beforeDashes(world.args).includes('--no-color')
  const screen = screenOf(world, { color })
  let profile: string | undefined
  let isOwnUrl: boolean | undefined
  try {
    const way = route(tree, world.args)
    profile = way.flags.profile
    isOwnUrl = way.path.at(-1)?.ownUrl
    return await follow(way, { world, screen, program: programWith(world, profile) })
  } catch (error) {
    const program = programWith(world, profile)
    const url = isOwnUrl ? undefined : urlOf(world.args)
    return report(error, { world, screen, json, program, url })
  }
}

interface Setting {
  readonly world: World
  readonly screen: Screen
  readonly program: string
}

async function follow({ path, rest, flags }: Route, setting: Setting): Promise<ExitCode> {
  const node = path.at(-1) ?? tree
  const command = await node.load?.()
  if (command === undefined) return group({ path, rest, flags }, setting)
  if (command.json !== 'lines') return begin(command, { path, rest, flags }, setting)
  const screen = onLines(setting.screen)
  try {
    return await begin(command, { path, rest, flags }, { ...setting, screen })
  } catch (error) {
    const { world, program } = setting
    return report(error, { world, screen, json: flags.json, program, url: undefined })
  }
}

/** One object a line: for commands that live on, and are read line by line. */
function onLines(screen: Screen): Screen {
  return { ...screen, json: (value) => screen.out.line(safeJson(value, 0)) }
}

async function begin(
  command: Command,
  { path, rest, flags }: Route,
  setting: Setting,
): Promise<ExitCode> {
  const { words, values } = parseCommand(command, rest, flags)
  if (flags.help) return help(command, { path, rest, flags }, setting)
  if (flags.version) return printVersion(setting, flags)
  const { world, screen, program } = setting
  const call: Call = {
    words,
    values,
    json: flags.json,
    profile: flags.profile,
    world,
    screen,
    program,
    tree,
    again: run,
  }
  return command.run(call)
}

/** A place that cannot run by itself: the top level, or a group. */
function group({ path, rest, flags }: Route, setting: Setting): ExitCode {
  if (flags.version) return printVersion(setting, flags)
  if (flags.help || path.length === 1) return help(undefined, { path, rest, flags }, setting)
  const names = path
    .slice(1)
    .map(({ name }) => name)
    .join(' ')
  const choices = (path.at(-1)?.children ?? []).map(({ name }) => name).join(', ')
  throw new UsageError(`${names} needs a sub-command: ${choices}`, {
    hint: `openclaw ${names} --help`,
  })
}

function help(
  command: Command | undefined,
  { path, flags }: Route,
  { screen, program }: Setting,
): ExitCode {
  printHelp(screen, { path, command, program }, flags)
  return EXIT.done
}

function printVersion({ screen }: Setting, flags: GlobalFlags): ExitCode {
  if (flags.json) screen.json({ version: version() })
  else screen.out.line(version())
  return EXIT.done
}

function beforeDashes(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--')
  return end === -1 ? args : args.slice(0, end)
}

/** The value of `--url`, also in a line that is not understood. */
function urlOf(args: readonly string[]): string | undefined {
  const line = beforeDashes(args)
  const at = line.findIndex((arg) => arg === '--url' || arg.startsWith('--url='))
  const found = line[at]
  return found === '--url' ? line[at + 1] : found?.slice('--url='.length)
}
