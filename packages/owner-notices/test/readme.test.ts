import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import * as notices from '../src/index.ts'

const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')

/** Sources of the packages that the example names, from the folder that it runs in; no package of this layer depends on another. */
const SOURCES: Readonly<Record<string, string>> = {
  '@openclaw/pairing-owner-notices': '../../../src/index.ts',
  '@openclaw/pairing-owner-chat': '../../../../owner-chat/src/index.ts',
  '@openclaw/pairing/node': '../../../../pairing/src/node.ts',
  '@openclaw/pairing': '../../../../pairing/src/index.ts',
  '@openclaw/channel-telegram': '../../../../channels/telegram/src/index.ts',
}

it('shows an example that runs', async () => {
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  expect(example).toContain('ownerNotices')
  await mkdir(join(import.meta.dirname, '.tmp'), { recursive: true })
  const folder = await mkdtemp(join(import.meta.dirname, '.tmp/readme-'))
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  for (const name of Object.keys(process.env))
    if (name.startsWith('OPENCLAW')) vi.stubEnv(name, undefined)
  vi.stubEnv('HOME', folder)
  try {
    const text = example.replace(/from '([^']+)'/g, (all, name: string) =>
      SOURCES[name] === undefined ? all : `from '${SOURCES[name]}'`,
    )
    await writeFile(join(folder, 'example.ts'), text)
    await import(join(folder, 'example.ts'))
    expect(log.mock.calls).toEqual([
      ['1001', 'Somebody asks to write to this assistant.'],
      ['sent'],
    ])
  } finally {
    log.mockRestore()
    vi.unstubAllEnvs()
    await rm(join(import.meta.dirname, '.tmp'), { recursive: true })
  }
}, 30_000)

it('names every export', async () => {
  for (const name of Object.keys(notices)) expect(readme).toContain(`\`${name}`)
  const index = await readFile(join(import.meta.dirname, '../src/index.ts'), 'utf8')
  for (const [, names = ''] of index.matchAll(/\{([^}]*)\}/g)) {
    for (const name of names.split(',').map((each) => each.replace('type', '').trim())) {
      if (name !== '') expect(readme, name).toContain(`\`${name}`)
    }
  }
})
