import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import * as ownerChat from '../src/index.ts'

const folder = join(import.meta.dirname, '..')
const readme = await readFile(join(folder, 'README.md'), 'utf8')
const index = await readFile(join(folder, 'src/index.ts'), 'utf8')

/** Sources of the packages that the example names, from the folder that it runs in; no package of this layer depends on another. */
const SOURCES: Readonly<Record<string, string>> = {
  '@openclaw/pairing-owner-chat': '../../../src/index.ts',
  '@openclaw/pairing/node': '../../../../pairing/src/node.ts',
  '@openclaw/pairing': '../../../../pairing/src/index.ts',
  '@openclaw/pairing-protocol': '../../../../pairing-protocol/src/index.ts',
}

it('shows an example that runs, and makes a code that says where the gateway is', async () => {
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  expect(example).toContain('ownerCommands')
  await mkdir(join(import.meta.dirname, '.tmp'), { recursive: true })
  const place = await mkdtemp(join(import.meta.dirname, '.tmp/readme-'))
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  for (const name of Object.keys(process.env))
    if (name.startsWith('OPENCLAW')) vi.stubEnv(name, undefined)
  vi.stubEnv('HOME', place)
  try {
    const text = example.replace(/from '([^']+)'/g, (all, name: string) =>
      SOURCES[name] === undefined ? all : `from '${SOURCES[name]}'`,
    )
    await writeFile(join(place, 'example.ts'), text)
    await import(join(place, 'example.ts'))
    expect(log.mock.calls).toHaveLength(2)
    expect(log.mock.calls[0]?.[0]).toContain('/pair approve')
    const code = String(log.mock.calls[1]?.[0])
    const payload = JSON.parse(Buffer.from(code, 'base64url').toString())
    expect(payload).toMatchObject({ url: 'wss://gateway.example', token: payload.bootstrapToken })
    expect(payload.bootstrapToken).toMatch(/^[\w-]{43}$/)
  } finally {
    log.mockRestore()
    vi.unstubAllEnvs()
    await rm(join(import.meta.dirname, '.tmp'), { recursive: true })
  }
}, 30_000)

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
