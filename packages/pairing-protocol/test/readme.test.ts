import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import * as protocol from '../src/index.ts'

const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')

it('shows an example that runs', async () => {
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  expect(example).toContain('decodeFromClient')
  await mkdir(join(import.meta.dirname, '.tmp'), { recursive: true })
  const folder = await mkdtemp(join(import.meta.dirname, '.tmp/readme-'))
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  try {
    await writeFile(
      join(folder, 'example.ts'),
      example.replace("'@openclaw/pairing-protocol'", "'../../../src/index.ts'"),
    )
    await import(join(folder, 'example.ts'))
    expect(log.mock.calls).toEqual([
      ['node-host', 4],
      [1008],
      ['wait_then_retry'],
      ['refused: not-json'],
    ])
  } finally {
    log.mockRestore()
    await rm(join(import.meta.dirname, '.tmp'), { recursive: true })
  }
})

it('names every export', () => {
  const names = Object.keys(protocol).filter((name) => !name.startsWith('MAX_'))
  for (const name of names) expect(readme).toContain(`\`${name}`)
})

it('has the tables as they are', () => {
  const rows = readme.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
  for (const [code, rule] of Object.entries(protocol.ERRORS)) {
    const close = rule.close === undefined ? '–' : String(rule.close)
    const row = [
      '',
      `\`${code}\``,
      `\`${rule.wire}\``,
      rule.message,
      close,
      `\`${rule.action}\``,
      '',
    ]
    expect(rows).toContainEqual(row)
  }
  const ends = (end: string | protocol.Close) =>
    typeof end === 'string' ? end : `close ${String(end.code)}`
  for (const [code, { handshake, session, sender }] of Object.entries(protocol.REFUSALS))
    expect(rows).toContainEqual(['', `\`${code}\``, ends(handshake), ends(session), sender, ''])
})
