import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import * as config from '../src/index.ts'
import * as node from '../src/node.ts'
import { folderWith } from './support.ts'

const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')

it('shows an example that runs', async () => {
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  expect(example).toContain('loadConfig')
  vi.stubEnv('OPENCLAW_STATE_DIR', await folderWith({ 'openclaw.json': { channels: { tg: {} } } }))
  for (const name of ['CONFIG_PATH', 'GATEWAY_PORT', 'GATEWAY_TOKEN', 'PROFILE'])
    vi.stubEnv(`OPENCLAW_${name}`, '')
  vi.stubEnv('TELEGRAM_BOT_TOKEN', '')
  await mkdir(join(import.meta.dirname, '.tmp'), { recursive: true })
  const folder = await mkdtemp(join(import.meta.dirname, '.tmp/readme-'))
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  try {
    const local = example
      .replace("'@openclaw/pairing-config'", "'../../../src/index.ts'")
      .replace("'@openclaw/pairing-config/node'", "'../../../src/node.ts'")
    await writeFile(join(folder, 'example.ts'), local)
    await import(join(folder, 'example.ts'))
    expect(log.mock.calls).toEqual([
      [expect.stringMatching(/^warning: .*channels\.tg .*Did you mean "telegram"\?$/)],
      ['pairing', 18_789],
      ['openclaw pairing list'],
    ])
  } finally {
    log.mockRestore()
    vi.unstubAllEnvs()
    await rm(join(import.meta.dirname, '.tmp'), { recursive: true })
  }
})

it('names every exported function and every error code', () => {
  for (const [name, value] of Object.entries({ ...config, ...node }))
    if (typeof value !== 'function' || !/^class/.test(String(value)))
      expect(readme).toContain(`\`${name}`)
    else expect(readme).toContain(name)
  const codes = ['SYNTAX', 'UNREADABLE', 'SHAPE', 'INCLUDE', 'TOO_LARGE', 'INVALID']
  for (const code of codes) expect(readme).toContain(`\`ERR_CONFIG_${code}\``)
})
