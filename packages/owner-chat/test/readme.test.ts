import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import * as ownerChat from '../src/index.ts'

const folder = join(import.meta.dirname, '..')
const readme = await readFile(join(folder, 'README.md'), 'utf8')
const index = await readFile(join(folder, 'src/index.ts'), 'utf8')

it('shows an example that runs', async () => {
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  expect(example).toContain('ownerCommands')
  await mkdir(join(import.meta.dirname, '.tmp'), { recursive: true })
  const place = await mkdtemp(join(import.meta.dirname, '.tmp/readme-'))
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  const gateway = `import { chatWorld } from '../../chat.ts'
const world = chatWorld()
export const { clock, devices, store } = world
export const people = { isOwner: () => true }
export const message = (text) => world.inbound('1001', text)
`
  try {
    await writeFile(join(place, 'gateway.ts'), gateway)
    await writeFile(
      join(place, 'example.ts'),
      example.replace("'@openclaw/pairing-owner-chat'", "'../../../src/index.ts'"),
    )
    await import(join(place, 'example.ts'))
    expect(log.mock.calls).toEqual([[2, true], ['No device waits'], [undefined]])
  } finally {
    log.mockRestore()
    await rm(join(import.meta.dirname, '.tmp'), { recursive: true })
  }
})

it('names every export', () => {
  const types = [...index.matchAll(/(?:type |\b)([A-Z]\w+)(?=,| \}|\n)/g)].map(([, name]) => name)
  const names = [...Object.keys(ownerChat), ...types].filter(
    (name) => !['MalformedShownRecord', 'OwnerChatError'].includes(name ?? ''),
  )
  expect(names.length).toBeGreaterThan(12)
  for (const name of names) expect(readme).toContain(`\`${name}`)
})

it('begins with the comment of the package', () => {
  const [, comment = ''] = /^\/\*\*\n \* (.*)\n/.exec(index) ?? []
  expect(readme.split('\n')[2]).toBe(comment)
})

it('has the code of every error', () => {
  const { code } = new ownerChat.MalformedShownRecord()
  expect(readme).toContain(`\`${code}\``)
})
