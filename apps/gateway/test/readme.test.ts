import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished, vi } from 'vitest'
import { place } from './support.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const readme = readFileSync(here('../README.md'), 'utf8')

it('the example runs', async () => {
  const code = /```ts\n([\s\S]+?)```/.exec(readme)?.[1] ?? ''
  expect(code).toContain('startGateway(')
  mkdirSync(here('.tmp'), { recursive: true })
  const file = here(`.tmp/readme-${String(process.pid)}.ts`)
  writeFileSync(file, code.replace("'@openclaw/pairing-gateway'", "'../../src/index.ts'"))
  vi.stubEnv('HOME', place().home)
  const said = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
  onTestFinished(() => {
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
    rmSync(here('.tmp'), { recursive: true })
  })
  await import(file)
  expect(said.mock.calls).toEqual([[200, true]])
})

it('repeats the package comment', () => {
  const comment = /^\/\*\*\n \* (.+)\n/.exec(readFileSync(here('../src/index.ts'), 'utf8'))?.[1]
  expect(readme).toContain(`\n\n${comment ?? 'no comment'}\n`)
})

it('names every error', () => {
  const codes = [...readFileSync(here('../src/errors.ts'), 'utf8').matchAll(/'(ERR_\w+)'/g)]
  expect(codes.length).toBeGreaterThan(5)
  for (const [, code] of codes) expect(readme).toContain(`\`${code ?? ''}\``)
})
