import { describe, expect, it } from 'vitest'
import { type Manifest, type Package, parseSource, rules, type Workspace } from '../src/index.ts'

const good: Manifest = {
  name: '@openclaw/dm-pairing',
  description: 'People.',
  license: 'MIT',
  type: 'module',
  sideEffects: false,
  engines: { node: '>=20.19' },
  exports: { '.': { '@openclaw-pairing/source': './src/index.ts', default: './dist/index.js' } },
  publishConfig: { access: 'public', exports: { '.': { default: './dist/index.js' } } },
  files: ['dist', 'README.md', 'CHANGELOG.md'],
  scripts: { build: 'tsup', typecheck: 'tsc' },
  dependencies: { zod: '^4' },
}

const readme = [
  '# @openclaw/dm-pairing',
  'People.',
  ...['Install', 'Example', 'Exports', 'Errors', 'Limits', 'It does not'].map(
    (name) => `## ${name}`,
  ),
  '',
].join('\n\n')

const index =
  "/**\n * People.\n *\n * @packageDocumentation\n */\nimport * as z from 'zod'\nexport const x: unknown = z\n"

interface Difference {
  readonly folder?: string
  readonly manifest?: Partial<Manifest>
  readonly tags?: readonly string[]
  readonly readme?: string | undefined
  readonly files?: Readonly<Record<string, string>>
}

function packageWith({ files = {}, manifest = {}, ...rest }: Difference = {}): Package {
  const sources = Object.entries({ 'src/index.ts': index, ...files })
  return {
    name: manifest.name ?? good.name,
    folder: 'packages/dm-pairing',
    tags: ['L2'],
    readme,
    changelog: true,
    licenseFile: false,
    tsconfigs: '',
    ...rest,
    manifest: { ...good, ...manifest },
    sources: sources.map(([path, text]) => parseSource(path, text)),
  }
}

const store = packageWith({
  folder: 'packages/credential-store',
  tags: ['L1'],
  manifest: { name: '@openclaw/credential-store' },
  readme: readme.replace('dm-pairing', 'credential-store'),
})
const front = packageWith({
  folder: 'packages/pairing',
  tags: ['L3'],
  manifest: { name: '@openclaw/pairing' },
  readme: readme.replace('dm-pairing', 'pairing'),
})

const architecture =
  '## Dependencies\n\n| what | why |\n| --- | --- |\n| zod | shapes |\n\n## Next\n'

function broken(difference: Difference): string[] {
  const workspace: Workspace = {
    packages: [packageWith(difference), store, front],
    nightlyFlags: [],
    deadLinks: [],
    rootDependencies: [],
    architecture,
  }
  return rules.filter(({ check }) => check(workspace).length > 0).map(({ name }) => name)
}

const source = (text: string): Difference => ({ files: { 'src/code.ts': text } })
const lines = (count: number) => Array.from({ length: count }, (_, at) => `a.push(${String(at)})`)

describe('a rule', () => {
  it('is silent about a package that keeps them all', () => {
    expect(broken({})).toEqual([])
  })

  const cases: readonly (readonly [string, RegExp, Difference])[] = [
    ['an undeclared import', /every import/, source("import { a } from 'left-pad'")],
    ['an undeclared import type', /every import/, source("export type A = import('left-pad').A")],
    [
      'a dev dependency in src',
      /every import/,
      {
        manifest: { devDependencies: { vitest: '4' } },
        files: { 'src/code.ts': "import { it } from 'vitest'" },
      },
    ],
    ['a built-in without prefix', /every import/, source("import { join } from 'path'")],
    [
      'an unused dependency',
      /dependency is used/,
      { manifest: { dependencies: { zod: '^4', hono: '^4' } } },
    ],
    [
      'an unused dev dependency',
      /dependency is used/,
      { manifest: { devDependencies: { knip: '6' } } },
    ],
    [
      'a dependency without a reason',
      /has its reason/,
      { manifest: { dependencies: { zod: '^4', hono: '^4' } } },
    ],
    ['a wrong tag', /has its layer/, { tags: ['L1'] }],
    ['an unknown folder', /has its layer/, { folder: 'packages/new', tags: [] }],
    [
      'an import upwards',
      /lower layers/,
      {
        manifest: { dependencies: { zod: '^4', '@openclaw/pairing': 'workspace:*' } },
        files: { 'src/code.ts': "import { createPairing } from '@openclaw/pairing'" },
      },
    ],
    [
      'a sibling',
      /lower layers/,
      {
        folder: 'packages/authority',
        tags: ['L1'],
        manifest: { dependencies: { zod: '^4', '@openclaw/credential-store': 'workspace:*' } },
        files: { 'src/code.ts': "import '@openclaw/credential-store'" },
      },
    ],
    [
      'a sibling in a test',
      /tests of a lower layer/,
      {
        folder: 'packages/authority',
        tags: ['L1'],
        manifest: { devDependencies: { '@openclaw/credential-store': 'workspace:*' } },
        files: { 'test/a.test.ts': "import '@openclaw/credential-store'" },
      },
    ],
    [
      'a backend in a flow',
      /flows never/,
      {
        manifest: { dependencies: { zod: '^4', '@openclaw/credential-store': 'workspace:*' } },
        files: { 'src/code.ts': "export type { A } from '@openclaw/credential-store'" },
      },
    ],
    [
      'a part behind the front door',
      /apps import/,
      {
        folder: 'apps/cli',
        tags: ['L4'],
        manifest: { dependencies: { zod: '^4', '@openclaw/credential-store': 'workspace:*' } },
        files: { 'src/code.ts': "import '@openclaw/credential-store'" },
      },
    ],
    ['a node: import', /no node: module/, source("import { join } from 'node:path'")],
    [
      'a node: import that the main entry loads',
      /no node: module/,
      {
        ...store,
        files: {
          'src/index.ts': `${index}export { a } from './a.ts'`,
          'src/a.ts': "import { join } from 'node:path'\nexport const a: unknown = join",
        },
      },
    ],
    [
      'a node: import in node.ts of a pure package',
      /no node: module/,
      {
        files: { 'src/node.ts': "import { join } from 'node:path'" },
      },
    ],
    ['Date.now', /ambient/, source('export const f = (): number => Date.now()')],
    ['new Date()', /ambient/, source('export const f = (): Date => new Date()')],
    ['Math.random', /ambient/, source('export const f = (): number => Math.random()')],
    ['process.env', /ambient/, source('export const f = (): unknown => process.env')],
    ['console', /ambient/, source("console.log('x')")],
    ['a default export', /default export/, source('export default 1')],
    ['export *', /export \*/, source("export * from './index.ts'")],
    ['an enum', /enum/, source('enum A { B }')],
    ['any', /any/, source('export type A = any')],
    ['non-null !', /non-null/, source('export const f = (a?: string): string => a!')],
    ['@ts-ignore', /@ts-ignore/, source('// @ts-ignore\nexport const a = 1')],
    ['import { z }', /zod/, source("import { z } from 'zod'\nexport const a: unknown = z")],
    [
      'a long function',
      /50 lines/,
      source(`function f(a: number[]) {\n${lines(51).join('\n')}\n}`),
    ],
    ['a long file', /250 lines/, source(`const a: number[] = []\n${lines(251).join('\n')}`)],
    [
      'four parameters',
      /3 parameters/,
      source('export const f = (a: 1, b: 1, c: 1, d: 1): void => {}'),
    ],
    ['no license', /manifests agree/, { manifest: { license: 'GPL' } }],
    [
      'other exports when published',
      /publishConfig/,
      { manifest: { exports: { '.': './src/index.ts' } } },
    ],
    ['a missing script', /scripts/, { manifest: { scripts: { build: 'tsup' } } }],
    ['a missing README', /README/, { readme: undefined }],
    ['a README that says something else', /README/, { readme: readme.replace('People', 'Folks') }],
    [
      'a long run that nobody starts',
      /nightly/,
      { files: { 'test/a.test.ts': "export const a = 'OPENCLAW_KILL_ROUNDS'" } },
    ],
    ['an adapter without its files', /same named files/, { folder: 'packages/channels/telegram' }],
  ]

  it.each(cases)('finds %s', (_, name, difference) => {
    expect(broken(difference)).toContainEqual(expect.stringMatching(name))
  })

  it.each([
    ['new Date(ms)', 'export const f = (ms: number): string => new Date(ms).toISOString()'],
    [
      'a comment that names console.log',
      '/** Like console.log, but Date.now() is a port. */\nexport const a = 1',
    ],
    [
      'a property called now',
      'export const f = (clock: { now: () => number }): number => clock.now()',
    ],
    [
      '50 lines and their comments',
      `export function f(a: number[]): void {\n${lines(48).join('\n// why\n\n')}\n}`,
    ],
  ])('leaves %s alone', (_, text) => {
    expect(broken(source(text))).toEqual([])
  })

  it('lets the files that fill ports touch the platform', () => {
    const text =
      "import { env } from 'node:process'\nexport const now = (): number => Date.now()\nexport { env }"
    const files = { 'src/node.ts': text, 'src/node/clock.ts': text, 'src/node-files.ts': text }
    expect(broken({ ...store, manifest: store.manifest, files })).toEqual([])
  })
})
