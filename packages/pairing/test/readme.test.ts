import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import * as pairing from '../src/index.ts'
import * as node from '../src/node.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const readme = await readFile(join(here, '..', 'README.md'), 'utf8')
const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''

it('names every export', () => {
  for (const name of [...Object.keys(pairing), ...Object.keys(node)]) {
    expect(readme).toContain(`\`${name}`)
  }
})

it('has an example that runs, and gives a stranger a code', async () => {
  // Below the package, so that its imports are found as a user's would be.
  const folder = await mkdtemp(join(here, '.readme-'))
  try {
    const file = join(folder, 'example.mts')
    await writeFile(file, example)
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--conditions=@openclaw-pairing/source', file],
      { cwd: process.cwd(), env: { PATH: process.env['PATH'], HOME: folder } },
    )
    expect(stdout).toMatch(/^to the sender:[\s\S]*Pairing code: [A-HJ-NP-Z2-9]{8}$/m)
  } finally {
    await rm(folder, { recursive: true })
  }
}, 30_000)
