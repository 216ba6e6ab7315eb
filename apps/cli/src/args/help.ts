import type { Page } from '../output/screen.ts'
import { fill, widthOf } from '../output/width.ts'
import { wrap } from '../output/wrap.ts'
import type { Command, CommandNode } from './types.ts'

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

/** Prints the help of a place. */
export function printHelp(page: Page, topic: HelpTopic): void {
  const width = Math.min(page.width ?? 100, 100)
  const node = topic.path.at(-1)
  page.lines(wrap(topic.command?.about ?? `${sentence(node?.summary ?? '')}`, width))
  usage(page, topic)
  const children = (node?.children ?? []).filter(({ hidden }) => !hidden)
  section(
    page,
    'Commands',
    children.map(({ name, summary }) => [name, summary]),
  )
  section(page, 'Options', optionRows(topic.command))
  const isTop = topic.path.length === 1
  section(page, isTop ? 'Options' : 'Options of every command', isTop ? topRows() : GLOBAL)
  examples(page, topic)
  if (isTop) exits(page)
}

function usage(page: Page, { path, command, program }: HelpTopic): void {
  const prefix = path.slice(1).map(({ name }) => name)
  const ways = command?.usage ?? [[...prefix, '<command>'].join(' ')]
  page.line()
  page.line(page.style.bold('Usage'))
  for (const way of ways) page.line(`  ${nameOf(program)} ${way}`)
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
  const rows = command?.examples ?? (path.length === 1 ? topExamples : [])
  if (rows.length === 0) return
  page.line()
  page.line(page.style.bold('Examples'))
  for (const { line, what } of rows) {
    page.line(`  ${page.style.dim(`# ${what}`)}`)
    page.line(`  ${program} ${line}`)
  }
}

const topExamples = [
  { line: 'demo', what: 'see how it works, in a minute' },
  { line: 'pairing list', what: 'who asks to be let in' },
  { line: 'pairing approve telegram ABCD2345', what: 'let them in' },
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
