import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const readme = readFileSync(here('../README.md'), 'utf8')

it('the example runs', () => {
  const code = /```ts\n([\s\S]+?)```/.exec(readme)?.[1] ?? ''
  const file = here(`./readme-example-${String(process.pid)}.ts`)
  writeFileSync(file, code)
  try {
    const flags = ['--import', 'tsx', '--conditions=@openclaw-pairing/source']
    const output = execFileSync(process.execPath, [...flags, file], { encoding: 'utf8' })
    expect(output).toBe('200 text/html; charset=utf-8\n')
  } finally {
    rmSync(file)
  }
})

it('repeats the package comment', () => {
  const comment = /^\/\*\*\n \* (.+)\n/.exec(readFileSync(here('../src/index.ts'), 'utf8'))?.[1]
  expect(readme).toContain(`\n\n${comment ?? 'no comment'}\n`)
})
