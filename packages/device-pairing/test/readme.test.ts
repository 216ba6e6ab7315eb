import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import * as everything from '../src/index.ts'

const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')

it('shows an example that runs', async () => {
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  expect(example).toContain('devicePairing(')
  await mkdir(join(import.meta.dirname, '.tmp'), { recursive: true })
  const folder = await mkdtemp(join(import.meta.dirname, '.tmp/readme-'))
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  try {
    const source = example.replace("'@openclaw/device-pairing'", "'../../../src/index.ts'")
    await writeFile(join(folder, 'example.ts'), source)
    await import(join(folder, 'example.ts'))
    expect(log.mock.calls).toEqual([['waiting', 'approved', 'admitted']])
  } finally {
    log.mockRestore()
    await rm(join(import.meta.dirname, '.tmp'), { recursive: true })
  }
})

it('names every export and every error code', async () => {
  const classes = Object.entries(everything).filter(
    ([, value]) => typeof value === 'function' && value.prototype instanceof Error,
  )
  const names = Object.keys(everything).filter((name) => !classes.some(([known]) => known === name))
  for (const name of names) expect(readme).toContain(`\`${name}`)
  const errors = await readFile(join(import.meta.dirname, '../src/errors.ts'), 'utf8')
  const codes = [...errors.matchAll(/'(ERR_DEVICE_\w+)'/g)].map((match) => match[1] ?? '')
  expect(codes).toHaveLength(classes.length)
  for (const code of codes) expect(readme).toContain(`\`${code}\``)
})

it('hands out nothing to match devices against', () => {
  expect(Object.keys(everything)).not.toContain('DEVICES')
  expect(Object.keys(everything)).not.toContain('mintToken')
})
