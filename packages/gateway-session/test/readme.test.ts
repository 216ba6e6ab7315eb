import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import * as session from '../src/index.ts'
import { fakeLegacyNodes } from './support/legacy.ts'

const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')
const rows = readme.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))

it('shows an example that runs', async () => {
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  expect(example).toContain('gatewaySessions')
  await mkdir(join(import.meta.dirname, '.tmp'), { recursive: true })
  const folder = await mkdtemp(join(import.meta.dirname, '.tmp/readme-'))
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  const door = `import { fixedClock } from '@openclaw/pairing-testing'
import { fakeDoor } from '../../support/door.ts'
export const devices = fakeDoor(fixedClock())
`
  try {
    await writeFile(join(folder, 'door.ts'), door)
    await writeFile(
      join(folder, 'example.ts'),
      example.replace("'@openclaw/pairing-session'", "'../../../src/index.ts'"),
    )
    await import(join(folder, 'example.ts'))
    expect(log.mock.calls).toEqual([
      ['connect.challenge'],
      ['invalid handshake: first request must be connect'],
      ['closed', 1008],
      [{ CONNECT_REQUIRED: 1 }],
    ])
  } finally {
    log.mockRestore()
    await rm(join(import.meta.dirname, '.tmp'), { recursive: true })
  }
})

it('names every function and table', () => {
  const names = Object.keys(session).filter((name) => !/^[A-Z_]+_[A-Z_]+$/.test(name))
  for (const name of names) expect(readme).toContain(`\`${name}`)
})

it('has the table of methods as it is', () => {
  for (const { method, audience } of session.methodAccess(fakeLegacyNodes())) {
    const row = rows.find(([, names]) => names?.includes(`\`${method}\``))
    expect([method, row?.[2]]).toEqual([method, `\`${audience}\``])
  }
})

it('has the table of events as it is', () => {
  for (const [event, { to, slow }] of Object.entries(session.EVENTS)) {
    const row = rows.find(([, names, , told]) => told && names?.includes(`\`${event}\``))
    const audience = to === 'everyone' ? to : `\`${to}\``
    const told = slow === 'close' ? 'is ended' : 'misses it'
    expect([event, row?.[2], row?.[3]]).toEqual([event, audience, told])
  }
})
