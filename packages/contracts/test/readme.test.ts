import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import * as contracts from '../src/index.ts'

const readme = await readFile(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8')
const index = await readFile(fileURLToPath(new URL('../src/index.ts', import.meta.url)), 'utf8')

it('names every export', () => {
  const names = [...index.matchAll(/\b([A-Z]\w+)\b(?=[,\s}])/g)].map(([, name]) => name)
  const exported = names.filter((name) => !['OpenClaw', 'Pairing', 'No'].includes(name ?? ''))
  for (const name of [...exported, ...Object.keys(contracts)]) {
    expect(readme).toContain(`\`${name}\``)
  }
})
