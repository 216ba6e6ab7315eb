import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import * as notices from '../src/index.ts'

const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')

it('shows an example that runs', async () => {
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  expect(example).toContain('ownerNotices')
  await mkdir(join(import.meta.dirname, '.tmp'), { recursive: true })
  const folder = await mkdtemp(join(import.meta.dirname, '.tmp/readme-'))
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  const bot = `import { stranger, TELEGRAM, world } from '../../world.ts'
const here = world({ owners: ['telegram:1001'] })
await stranger(here, '100001')
export const clock = { now: () => Date.now() }
export const { store, people, devices } = here
export const send = async () => ({ outcome: 'sent' })
export const channels = () => TELEGRAM
export const stop = new AbortController()
`
  try {
    await writeFile(join(folder, 'bot.ts'), bot)
    await writeFile(
      join(folder, 'example.ts'),
      example.replace("'@openclaw/pairing-owner-notices'", "'../../../src/index.ts'"),
    )
    await import(join(folder, 'example.ts'))
    expect(log.mock.calls).toEqual([['1001', 'sent'], [1]])
  } finally {
    log.mockRestore()
    await rm(join(import.meta.dirname, '.tmp'), { recursive: true })
  }
})

it('names every export', async () => {
  for (const name of Object.keys(notices)) expect(readme).toContain(`\`${name}`)
  const index = await readFile(join(import.meta.dirname, '../src/index.ts'), 'utf8')
  for (const [, names = ''] of index.matchAll(/\{([^}]*)\}/g)) {
    for (const name of names.split(',').map((each) => each.replace('type', '').trim())) {
      if (name !== '') expect(readme, name).toContain(`\`${name}`)
    }
  }
})
