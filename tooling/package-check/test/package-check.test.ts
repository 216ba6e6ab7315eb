import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { exampleOf, installed } from '../consumer.mjs'
import { inParallel, run } from '../run.mjs'
import { inspectTarball } from '../tarball.mjs'
import { closure } from '../workspace.mjs'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const manifest = {
  name: '@openclaw/thing',
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
  dependencies: { '@openclaw/other': '0.1.0' },
}
const map = { sources: ['../src/index.ts'], sourcesContent: ['export const a = 1'] }
const files = {
  'package.json': JSON.stringify(manifest),
  'README.md': '# thing',
  LICENSE: 'MIT',
  'dist/index.js': 'export const a = 1',
  'dist/index.d.ts': 'export declare const a = 1',
  'dist/index.js.map': JSON.stringify(map),
}

function problems(difference: Readonly<Record<string, string | undefined>>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'tarball-'))
  folders.push(folder)
  for (const [path, text] of Object.entries({ ...files, ...difference })) {
    if (text === undefined) continue
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return inspectTarball(folder, '/home/someone/checkout')
}

const changed = (part: object) => ({ 'package.json': JSON.stringify({ ...manifest, ...part }) })

it('is silent about a good tarball', () => {
  expect(problems({})).toEqual([])
})

it.each([
  ['LICENSE', { LICENSE: undefined }],
  ['README.md', { 'README.md': undefined }],
  ['src/index.ts', { 'src/index.ts': 'export const a = 1' }],
  ['workspace', changed({ dependencies: { '@openclaw/other': 'workspace:*' } })],
  ['workspace', changed({ peerDependencies: { vitest: 'catalog:' } })],
  [
    'source condition',
    changed({ exports: { '.': { '@openclaw-pairing/source': './dist/index.js' } } }),
  ],
  ['./dist/main.js', changed({ bin: { thing: './dist/main.js' } })],
  [
    'outside',
    { 'dist/index.js.map': JSON.stringify({ ...map, sources: ['../../other/src/a.ts'] }) },
  ],
  ['outside', { 'dist/index.js.map': JSON.stringify({ ...map, sources: ['/root/a.ts'] }) }],
  ['lacks the text', { 'dist/index.js.map': JSON.stringify({ sources: map.sources }) }],
  ['path of this machine', { 'dist/index.js': '// /home/someone/checkout/packages/a' }],
])('finds %s', (what, difference) => {
  expect(problems(difference)).toEqual([expect.stringContaining(what)])
})

it('takes the first ts block, and knows which is not to be run', () => {
  const two = '# a\n\n```sh\nx\n```\n\n```ts\nlet a = 1\n```\n\n```ts\nlet b = 1\n```\n'
  expect(exampleOf(two)).toEqual({ runs: true, text: 'let a = 1\n', files: [] })
  expect(exampleOf('```ts no-run\nlet a = 1\n```\n')).toMatchObject({ runs: false })
  const own = "import { a, b } from './my.ts'\n"
  expect(exampleOf(`\`\`\`ts\n${own}\`\`\`\n`)).toEqual({
    runs: false,
    text: own,
    files: [{ file: 'my.ts', names: ['a', 'b'] }],
  })
  expect(exampleOf('```sh\nls\n```\n')).toBeUndefined()
})

it('installs what the README says', () => {
  const readme = '## Install\n\n```sh\nnpm install --save-dev @openclaw/thing vitest\n```\n'
  expect(installed({ name: '@openclaw/thing', readme })).toEqual(['@openclaw/thing', 'vitest'])
  expect(installed({ name: '@openclaw/thing', readme: '' })).toEqual(['@openclaw/thing'])
})

it('follows dependencies of ours, round ones too', () => {
  const named = (name: string, needs: string[]) => ({
    name,
    manifest: { dependencies: Object.fromEntries(needs.map((each) => [each, '1'])) },
  })
  const [a, b, c, d] = [
    named('a', ['b', 'zod']),
    named('b', ['c']),
    named('c', ['a']),
    named('d', []),
  ]
  expect(closure(a, [a, b, c, d]).map(({ name }) => name)).toEqual(['b', 'c'])
})

it('says what a program said, and that it took too long', async () => {
  const cwd = tmpdir()
  const said = await run(process.execPath, ['-e', 'console.log(1); process.exit(3)'], { cwd })
  expect(said).toEqual({ ok: false, stdout: '1\n', output: '1' })
  const late = await run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    cwd,
    timeoutMs: 300,
  })
  expect(late).toMatchObject({ ok: false, output: expect.stringContaining('300 ms') })
})

it('keeps the order of what runs in parallel', async () => {
  const slow = (ms: number) => new Promise((resolve) => setTimeout(() => resolve(ms), ms))
  expect(await inParallel([30, 1, 10], 2, slow)).toEqual([30, 1, 10])
})
