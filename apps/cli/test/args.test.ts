import { describe, expect, it } from 'vitest'
import { parseCommand } from '../src/args/parse.ts'
import { route } from '../src/args/route.ts'
import { readCount, readExpires, readSince } from '../src/args/span.ts'
import { nearest } from '../src/args/suggest.ts'
import type { Command } from '../src/args/types.ts'
import { UsageError } from '../src/errors.ts'
import { withProgram } from '../src/hints.ts'
import { programName } from '../src/program.ts'
import { tree } from '../src/tree.ts'

const usage = expect.objectContaining({ code: 'ERR_CLI_USAGE' })
const now = new Date(2026, 10, 22, 12).getTime()

const sample: Command = {
  usage: ['pairing sample <channel> <code>'],
  about: '',
  options: { account: { type: 'string', summary: '' }, yes: { type: 'boolean', summary: '' } },
  words: { min: 1, max: 2 },
  examples: [],
  run: async () => 0,
}
const parse = (...rest: string[]) => parseCommand(sample, rest, route(tree, []).flags)
/** The line that the error of `work` makes of the one that was typed. */
function mended(args: readonly string[], work: () => unknown): string | undefined {
  try {
    work()
  } catch (error) {
    if (error instanceof UsageError) return error.mend?.(args)?.join(' ')
  }
  throw new Error('it is no wrong usage')
}
const names = (...args: string[]) =>
  route(tree, args)
    .path.slice(1)
    .map(({ name }) => name)

it.each([
  [['<channel> <code>'], 2, [], '<channel> and <code> are missing'],
  [['<channel> <code> [--for <who>]'], 2, ['x'], '<code> is missing'],
  [['<channel> <code|id>', '<code|id>'], 1, [], '<code|id> is missing'],
  [['bash|zsh|fish'], 1, [], 'bash|zsh|fish is missing'],
] as const)('what is missing of %j has a name', (usages, min, words, said) => {
  const usage = usages.map((each) => `pairing sample ${each}`)
  const command = { ...sample, usage, words: { min, max: 2 } }
  expect(() => parseCommand(command, words, route(tree, []).flags)).toThrow(
    expect.objectContaining({ message: `${said}; usage: openclaw ${usage[0]}` }),
  )
})

describe('the way to a command', () => {
  it('leads through groups and past global flags', () => {
    expect(names('--profile', 'work', 'pairing', '--json', 'list', 'telegram')).toEqual([
      'pairing',
      'list',
    ])
    expect(route(tree, ['--profile=work', 'pairing', 'list']).flags.profile).toBe('work')
    expect(route(tree, ['--dev', 'pairing', 'list']).flags.profile).toBe('dev')
    expect(names('audit', 'verify')).toEqual(['audit', 'verify'])
    expect(names('audit', '--limit', '3')).toEqual(['audit'])
    expect(names('audit', '--json', 'verify')).toEqual(['audit', 'verify'])
    expect(names('--json', 'audit', '--no-color')).toEqual(['audit'])
  })

  it.each([
    [['pairng', 'list'], 'pairing list'],
    [['pairing', 'aprove', 'telegram'], 'pairing approve telegram'],
    [['--profile', 'work', 'approve', 'telegram'], '--profile work pairing approve telegram'],
    [['audit', 'verfy'], 'audit verify'],
    [['--profil=x', 'doctor'], '--profile=x doctor'],
    [['pairing', '--profile', 'work', 'list'], '--profile work pairing list'],
    [['pairing', '--dev', 'list'], '--dev pairing list'],
    [['--dev', '--profile', 'work', 'pairing', 'list'], '--profile work pairing list'],
    [['--profile', '../x', 'pairing', 'list'], '--profile work pairing list'],
    [['--profile'], '--profile work pairing list'],
  ])('%j is a mistake that can be mended', (args, meant) => {
    expect(mended(args, () => route(tree, args))).toBe(meant)
  })

  it.each([[['nonsense']], [['--nonsense']], [['pairing', '-x']]])('%j is a mistake', (args) => {
    expect(() => route(tree, args)).toThrow(usage)
  })
})

describe('what follows a command', () => {
  it('is words and options in any order', () => {
    expect(parse('telegram', '--account', 'work', 'ABCD2345', '--yes')).toEqual({
      words: ['telegram', 'ABCD2345'],
      values: { account: 'work', yes: true },
    })
    expect(parse('--account=work', '--', '-100').words).toEqual(['-100'])
  })

  it.each([
    [['telegram', 'a', 'b'], 'openclaw pairing sample --help'],
    [['telegram', '--account', '-x'], 'a value that begins with - is written --account=-x'],
  ])('%j is a mistake with a hint', (rest, hint) => {
    expect(() => parse(...rest)).toThrow(expect.objectContaining({ code: 'ERR_CLI_USAGE', hint }))
  })

  it.each([
    [['telegram', '--acount', 'x'], 'telegram --account x'],
    [['telegram', '--acount=x'], 'telegram --account=x'],
    [['telegram', '--profile', 'x'], '--profile x telegram'],
    [['telegram', '--profile=x'], '--profile=x telegram'],
    [['telegram', '--yes=1'], 'telegram --yes'],
    [['telegram', '--json=1'], 'telegram --json'],
    [['telegram', '--profile'], undefined],
  ])('%j is a mistake that is mended to %j', (rest, meant) => {
    expect(mended(rest, () => parse(...rest))).toBe(meant)
  })

  it.each([
    [[]],
    [['telegram', '--account']],
    [['telegram', '--account=']],
    [['telegram', '--yes=1']],
    [['telegram', '--account', 'a', '--account', 'b']],
    [['telegram', '-x']],
    [['telegram', '--constructor']],
    [['telegram', '--json=1']],
  ])('%j is a mistake', (rest) => {
    expect(() => parse(...rest)).toThrow(usage)
  })
})

describe('times that people write', () => {
  it.each([
    ['30m', 30 * 60_000],
    ['2h', 2 * 3_600_000],
    ['7D', 7 * 86_400_000],
    ['4w', 28 * 86_400_000],
    ['2026-11-22', 12 * 3_600_000 - 1],
    ['2026-11-23T12:00', 86_400_000],
  ])('--expires %s', (typed, left) => {
    expect(readExpires(typed, now)).toBe(left)
  })

  it.each([
    '',
    '2',
    '-2h',
    '0h',
    '30s',
    '2026-02-30',
    '2026-11-21',
    'tomorrow',
    '2h30',
    '900000w',
    '2026-11-22T12:00',
  ])('--expires %j is refused', (typed) => {
    expect(() => readExpires(typed, now)).toThrow(usage)
  })

  it('--since goes back, and a day begins at its beginning', () => {
    expect(readSince('2h', now)).toBe(now - 7_200_000)
    expect(readSince('2026-11-22', now)).toBe(now - 12 * 3_600_000)
    expect(() => readSince('long ago', now)).toThrow(usage)
  })

  it('--limit is a number from 1', () => {
    expect(readCount('--limit', '50')).toBe(50)
    for (const typed of ['0', '-1', '1.5', '1e3', '100001', 'x']) {
      expect(() => readCount('--limit', typed)).toThrow(usage)
    }
  })
})

describe('did you mean', () => {
  const names = ['list', 'approve', 'reject', 'allowed', 'allow', 'revoke']
  it.each([
    ['lst', 'list'],
    ['lits', 'list'],
    ['aprove', 'approve'],
    ['appro', 'approve'],
    ['APPROVE', 'approve'],
    ['rm', undefined],
    ['completely-else', undefined],
  ])('%s → %s', (typed, name) => {
    expect(nearest(typed, names)).toBe(name)
  })
})

describe('the name of the program in hints', () => {
  const at = (script: string, more: Partial<Parameters<typeof programName>[0]> = {}) =>
    programName({
      script,
      cwd: '/home/ada',
      env: { PATH: '/usr/bin:/usr/local/bin' },
      exists: () => false,
      ...more,
    })

  it.each([
    ['installed for all', at('/usr/local/bin/openclaw'), 'openclaw'],
    [
      'through npx',
      at('/x/node_modules/.bin/openclaw', { env: { npm_command: 'exec' } }),
      'npx openclaw',
    ],
    [
      'in its project',
      at('/home/ada/bot/node_modules/.bin/openclaw', { cwd: '/home/ada/bot/src' }),
      'npx openclaw',
    ],
    [
      'from elsewhere',
      at('/opt/bot/node_modules/.bin/openclaw'),
      'node /opt/bot/node_modules/.bin/openclaw',
    ],
    ['by a shim', at('/usr/lib/node_modules/@openclaw/pairing-cli/dist/main.js'), 'openclaw'],
    [
      'in its repository',
      at('/src/oc/apps/cli/dist/main.js', {
        cwd: '/src/oc',
        exists: (path) => path === '/src/oc/pnpm-workspace.yaml',
      }),
      'npx openclaw',
    ],
    [
      'in a repository, called from elsewhere',
      at("/src/o'c/apps/cli/dist/main.js", {
        exists: (path) => path === "/src/o'c/pnpm-workspace.yaml",
      }),
      "node '/src/o'\\''c/apps/cli/dist/main.js'",
    ],
  ])('%s', (_, name, expected) => {
    expect(name).toBe(expected)
  })

  it('takes the place of every command in a text, once', () => {
    const program = 'npx openclaw --profile work'
    const first = withProgram('run `openclaw doctor`; or: openclaw pairing list telegram', program)
    expect(first).toBe(`run \`${program} doctor\`; or: ${program} pairing list telegram`)
    expect(withProgram(first, program)).toBe(first)
    expect(withProgram('Stop it (openclaw gateway stop)', program)).toBe(
      'Stop it (openclaw gateway stop)',
    )
    expect(
      withProgram('see /home/ada/.openclaw/openclaw.json and @openclaw/pairing', program),
    ).toBe('see /home/ada/.openclaw/openclaw.json and @openclaw/pairing')
  })
})
