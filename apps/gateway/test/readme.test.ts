import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { place } from './support.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const readme = readFileSync(here('../README.md'), 'utf8')

it('the example runs', () => {
  const code = /```ts\n([\s\S]+?)```/.exec(readme)?.[1] ?? ''
  const file = here(`./readme-example-${String(process.pid)}.ts`)
  writeFileSync(file, code)
  try {
    const flags = ['--import', 'tsx', '--conditions=@openclaw-pairing/source']
    const { env } = place()
    const run = spawnSync(process.execPath, [...flags, file], { encoding: 'utf8', env })
    expect(run.stdout).toBe('200 true\n')
  } finally {
    rmSync(file)
  }
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
