import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished, vi } from 'vitest'
import * as webchat from '../src/index.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const readme = readFileSync(here('../README.md'), 'utf8')

it('the example runs', async () => {
  const code = /```ts\n([\s\S]+?)```/.exec(readme)?.[1] ?? ''
  expect(code).toContain('webchat({')
  mkdirSync(here('.tmp'), { recursive: true })
  const file = here(`.tmp/readme-${String(process.pid)}.ts`)
  writeFileSync(file, code.replace("'@openclaw/channel-webchat'", "'../../src/index.ts'"))
  const said = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  onTestFinished(() => {
    vi.restoreAllMocks()
    rmSync(here('.tmp'), { recursive: true })
  })
  await import(file)
  expect(said.mock.calls).toEqual([[200, 'text/html; charset=utf-8']])
})

it('repeats the package comment', () => {
  const comment = /^\/\*\*\n \* (.+)\n/.exec(readFileSync(here('../src/index.ts'), 'utf8'))?.[1]
  expect(readme).toContain(`\n\n${comment ?? 'no comment'}\n`)
})

it('names every export', () => {
  for (const name of Object.keys(webchat)) {
    if (name === 'WebchatNotRunning') continue
    expect(readme).toContain(name)
  }
  for (const code of ['ID_INVALID', 'COOKIE_KEY_INVALID', 'MOUNT_INVALID', 'NOT_RUNNING']) {
    expect(readme).toContain(`\`ERR_WEBCHAT_${code}\``)
  }
})
