import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import * as contracts from '../src/index.ts'

const readme = await readFile(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8')
const index = await readFile(fileURLToPath(new URL('../src/index.ts', import.meta.url)), 'utf8')

it('names every export', () => {
  const code = index.slice(index.indexOf('*/'))
  const names = [...code.matchAll(/\b([A-Z]\w+)\b(?=[,\s}])/g)].map(([, name]) => name ?? '')
  for (const name of [...names, ...Object.keys(contracts)]) {
    expect(readme).toContain(`\`${name}\``)
  }
})
