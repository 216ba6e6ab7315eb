import type { Page, Screen } from '../output/screen.ts'
import { fill, widthOf } from '../output/width.ts'
import { wrap } from '../output/wrap.ts'
import { groupExamples } from './group-examples.ts'
import type { Command, CommandNode, Example } from './types.ts'

/** Help for a place in the tree; `command` where the place can run. */
export interface HelpTopic {
  readonly path: readonly CommandNode[]
  readonly command: Command | undefined
  /** The program with its profile. */
  readonly program: string
}

const GLOBAL: readonly Row[] = [
  ['--profile <name>', 'another OpenClaw of this user; stands before the sub-command'],
  ['--dev', 'the same as --profile dev'],
  ['--json', 'print JSON and nothing else on stdout'],
  ['--no-color', 'no colour; NO_COLOR does the same'],
  ['-h, --help', 'this help, on every level'],
]

type Row = readonly [left: string, right: string]

/** Prints the help of a place; with `json` as an object for programs. */
export function printHelp(
  screen: Screen,
  topic: HelpTopic,
  { json }: { readonly json: boolean },
): void {
  if (json) screen.json(helpJson(topic))
  else printText(screen.out, topic)
}

/** What may be typed at a place. `options` are its own; those of the top hold everywhere. */
function helpJson({ path, command }: HelpTopic) {
  const name = path.map((node) => node.name).join(' ')
  const node = path.at(-1)
  return {
    name,
    about: command?.about ?? sentence(node?.summary ?? ''),
    usage: waysOf(path, command).map((way) => `openclaw ${way}`),
    commands: shownChildren(node).map((child) => ({ name: child.name, summary: child.summary })),
    options: (path.length === 1 ? topRows() : optionRows(command)).map(([option, summary]) => ({
      option,
      summary,
    })),
    examples: examplesOf(path, command).map(({ line, what }) => ({
      line: `openclaw ${line}`,
      what,
    })),
  }
}

function printText(page: Page, topic: HelpTopic): void {
  const width = Math.min(page.width ?? 100, 100)
  const node = topic.path.at(-1)
  page.lines(wrap(topic.command?.about ?? `${sentence(node?.summary ?? '')}`, width))
  usage(page, topic)
  section(
    page,
    'Commands',
    shownChildren(node).map(({ name, summary }) => [name, summary]),
  )
  section(page, 'Options', optionRows(topic.command))
  const isTop = topic.path.length === 1
  section(page, isTop ? 'Options' : 'Options of every command', isTop ? topRows() : GLOBAL)
  examples(page, topic)
  if (isTop) exits(page)
}

function usage(page: Page, { path, command, program }: HelpTopic): void {
  page.line()
  page.line(page.style.bold('Usage'))
  for (const way of waysOf(path, command)) page.line(`  ${nameOf(program)} ${way}`)
}

function waysOf(path: readonly CommandNode[], command: Command | undefined): readonly string[] {
  const prefix = path.slice(1).map(({ name }) => name)
  return command?.usage ?? [[...prefix, '<command>'].join(' ')]
}

function shownChildren(node: CommandNode | undefined): readonly CommandNode[] {
  return (node?.children ?? []).filter(({ hidden }) => !hidden)
}

/** A path would only be in the way where the form is explained. */
function nameOf(program: string): string {
  return program.startsWith('node ') ? 'openclaw' : program
}

function optionRows(command: Command | undefined): Row[] {
  return Object.entries(command?.options ?? {}).flatMap(([name, spec]): Row[] =>
    spec.hidden
      ? []
      : [[`--${name}${spec.value === undefined ? '' : ` ${spec.value}`}`, spec.summary]],
  )
}

function topRows(): Row[] {
  return [...GLOBAL, ['-V, --version', 'the version']]
}

function examples(page: Page, { command, path, program }: HelpTopic): void {
  const rows = examplesOf(path, command)
  if (rows.length === 0) return
  page.line()
  page.line(page.style.bold('Examples'))
  for (const { line, what } of rows) {
    page.line(`  ${page.style.dim(`# ${what}`)}`)
    page.line(`  ${program} ${line}`)
  }
}

function examplesOf(
  path: readonly CommandNode[],
  command: Command | undefined,
): readonly Example[] {
  if (command !== undefined) return command.examples
  return path.length === 1 ? topExamples : (groupExamples.get(path.at(-1)?.name ?? '') ?? [])
}

const topExamples = [
  { line: 'demo', what: 'see how it works, in a minute' },
  { line: 'pairing list', what: 'who asks to be let in' },
  { line: 'pairing approve telegram ABCD2345', what: 'let them in' },
  { line: 'devices list', what: 'which devices ask, which are paired' },
  { line: 'doctor', what: 'is everything in order here?' },
]

function exits(page: Page): void {
  page.line()
  page.line(page.style.bold('Exit codes'))
  const codes = '0 done · 1 failed · 2 wrong usage · 3 not found, expired or used · 4 refused'
  for (const line of wrap(codes, (page.width ?? 100) - 2)) page.line(`  ${line}`)
}

function section(page: Page, title: string, rows: readonly Row[]): void {
  if (rows.length === 0) return
  const left = Math.max(...rows.map(([name]) => widthOf(name)))
  const room = Math.max(24, Math.min(page.width ?? 100, 100) - left - 4)
  page.line()
  page.line(page.style.bold(title))
  for (const [name, what] of rows) {
    wrap(what, room).forEach((part, index) => {
      page.line(`  ${fill(index === 0 ? name : '', left)}  ${part}`)
    })
  }
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`
}
