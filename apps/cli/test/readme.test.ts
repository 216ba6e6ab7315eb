import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CommandNode } from '../src/args/types.ts'
import { run } from '../src/run.ts'
import { tree } from '../src/tree.ts'
import { emptyHome, type Home } from './support/cli.ts'

const readme = await readFile(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8')
let home: Home
beforeAll(async () => {
  home = await emptyHome()
})
afterAll(() => home.remove())

/** Runs a command line here; help needs no process of its own. */
async function inProcess(args: readonly string[]) {
  const said = { out: '', err: '' }
  const sink = (name: 'out' | 'err') => ({
    write: (text: string) => {
      said[name] += text
    },
    isTerminal: false,
    columns: undefined,
    rows: undefined,
  })
  const exit = await run({
    args,
    env: {},
    out: sink('out'),
    err: sink('err'),
    stdinIsTerminal: () => false,
    isPosix: true,
    now: Date.now,
    user: () => 'ada',
    program: 'openclaw',
  })
  return { stdout: said.out, stderr: said.err, exit }
}

const leaves = (node: CommandNode, path: readonly string[]): [string[], CommandNode][] => [
  ...(node.load === undefined || node.hidden ? [] : [[[...path], node] as [string[], CommandNode]]),
  ...(node.children ?? []).flatMap((child) => leaves(child, [...path, child.name])),
]
const commands = leaves(tree, [])

it('has an example of which every line works', async () => {
  const block = /## Example\n\n```sh\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  const lines = block.split('\n').map((line) => line.replace(/#.*/, '').trim())
  const typed = lines.filter((line) => line.startsWith('openclaw '))
  expect(typed.length).toBeGreaterThan(5)
  for (const line of typed) {
    const ran = await home.run(line.split(/\s+/).slice(1))
    expect({ line, exit: ran.exit, stderr: ran.stderr }).toEqual({ line, exit: 0, stderr: '' })
  }
})

describe.each(commands.map(([path, node]) => [path.join(' '), node] as const))(
  '%s',
  (name, node) => {
    it('stands in the README', () => {
      expect(readme).toMatch(new RegExp(`^\\| \`${name}`, 'm'))
    })

    it('has help with usage and examples, and options that are all explained', async () => {
      const command = await node.load?.()
      const { stdout, stderr, exit } = await inProcess([...name.split(' '), '--help'])
      expect({ stderr, exit }).toEqual({ stderr: '', exit: 0 })
      expect(stdout).toContain('Usage\n')
      expect(stdout).toContain(name)
      expect(command?.examples.length).toBeGreaterThan(0)
      for (const [option, { summary, hidden }] of Object.entries(command?.options ?? {})) {
        expect(summary).not.toBe('')
        expect(stdout.includes(`--${option}`)).toBe(hidden !== true)
      }
    })
  },
)

it('names every error code of the command itself', async () => {
  for (const code of [
    'ERR_CLI_USAGE',
    'ERR_CLI_NOT_FOUND',
    'ERR_CLI_ANSWERED_NO',
    'ERR_CLI_NOT_CONFIRMED',
  ]) {
    expect(readme).toContain(code)
  }
})

describe('the README of the repository', async () => {
  const root = await readFile(new URL('../../../README.md', import.meta.url), 'utf8')
  const troubles = /## Troubleshooting\n([\s\S]*?)\n## /.exec(root)?.[1] ?? ''
  const typed = [...root.matchAll(/npx\s+openclaw ((?:[a-z-]+ ?|[A-Z\d]+ ?|<\w+> ?|--\w+ ?)*)/g)]
  // the value of an option may be no word: then it stands without
  const named = typed.map(([, line = '']) => line.trim().replace(/ --(?:from|to)$/, ''))
  const lines = new Set(named.filter((line) => line !== ''))

  it('has the way out of the ten most likely problems', () => {
    expect(troubles.split('\n').filter((line) => line.startsWith('| ')).length - 2).toBeGreaterThan(
      9,
    )
    expect(lines.size).toBeGreaterThan(10)
  })

  it.each([...lines])('names a command that there is: %s', async (line) => {
    const { exit, stderr } = await inProcess([...line.split(' '), '--help'])
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
  })
})
