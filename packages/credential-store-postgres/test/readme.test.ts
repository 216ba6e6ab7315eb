import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, inject, it, vi } from 'vitest'
import * as everything from '../src/index.ts'
import * as node from '../src/node.ts'
import { drawName, testSchema } from './support-store.ts'

const read = (path: string): Promise<string> => readFile(join(import.meta.dirname, path), 'utf8')
const readme = await read('../README.md')

it('shows an example that runs', async () => {
  const example = /```ts no-run\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  expect(example).toContain('nodePostgresStore(')
  await mkdir(join(import.meta.dirname, '.tmp'), { recursive: true })
  const folder = await mkdtemp(join(import.meta.dirname, '.tmp/readme-'))
  const { sql } = await testSchema()
  const database = drawName()
  await sql(`CREATE DATABASE ${database}`)
  const url = Object.assign(new URL(inject('postgresUrl')), { pathname: database })
  vi.stubEnv('OPENCLAW_STORE_URL', url.href)
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  try {
    const name = "'@openclaw/credential-store-postgres/node'"
    await writeFile(join(folder, 'example.ts'), example.replace(name, "'../../../src/node.ts'"))
    await import(join(folder, 'example.ts'))
    expect(log.mock.calls).toEqual([[1, 1, 'ok']])
  } finally {
    log.mockRestore()
    vi.unstubAllEnvs()
    await rm(join(import.meta.dirname, '.tmp'), { recursive: true })
    await sql(`DROP DATABASE ${database} WITH (FORCE)`)
  }
})

it('begins with the package comment', async () => {
  const comment = /\/\*\*\n \* (.*)\n/.exec(await read('../src/index.ts'))?.[1]
  expect(readme.split('\n')[2]).toBe(comment)
})

it('names every function and every error code', async () => {
  const values = Object.entries({ ...everything, ...node })
  const functions = values.filter(([, value]) => !(value.prototype instanceof Error))
  for (const [name] of functions) expect(readme).toContain(`\`${name}`)
  const sources = await Promise.all(['../src/errors.ts', '../src/server-errors.ts'].map(read))
  const codes = sources.flatMap((text) =>
    [...text.matchAll(/'(ERR_\w+)'/g)].map(([, code]) => code),
  )
  expect(codes.length).toBeGreaterThan(15)
  for (const code of codes) expect(readme).toContain(`\`${String(code)}\``)
})
