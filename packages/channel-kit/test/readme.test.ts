import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import * as child from '../src/child.ts'
import * as http from '../src/http.ts'
import * as index from '../src/index.ts'

const here = (file: string): string => join(import.meta.dirname, file)
const readme = await readFile(here('../README.md'), 'utf8')

it('shows an example that runs', async () => {
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  expect(example).toContain('openInbox')
  await mkdir(here('.tmp'), { recursive: true })
  const folder = await mkdtemp(here('.tmp/readme-'))
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  try {
    const code = example.replace("'@openclaw/pairing-channel-kit'", "'../../../src/index.ts'")
    await writeFile(join(folder, 'example.ts'), code)
    await import(join(folder, 'example.ts'))
    expect(log.mock.calls).toEqual([['taken'], ['known']])
  } finally {
    log.mockRestore()
    await rm(here('.tmp'), { recursive: true })
  }
})

it('names every export and every event that is logged', async () => {
  const entries = ['index', 'child'].map((name) => readFile(here(`../src/${name}.ts`), 'utf8'))
  const source = (await Promise.all(entries)).join('\n')
  const types = [...source.matchAll(/type (\w+)/g)].map(([, name]) => name ?? '')
  for (const name of [...Object.keys(index), ...Object.keys(child), ...Object.keys(http), ...types])
    expect(readme).toMatch(new RegExp(`\`${name}\\b`))
  const files = ['handling', 'saver', 'position', 'inbox']
  const sources = await Promise.all(
    files.map((name) => readFile(here(`../src/${name}.ts`), 'utf8')),
  )
  for (const [, event] of sources
    .join('\n')
    .matchAll(/'((?:message|position|inbox|ignored)-[a-z-]+)'/g))
    expect(readme).toContain(`\`${String(event)}\``)
})
