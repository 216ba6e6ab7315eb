import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'

it('shows an example that runs', async () => {
  const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  expect(example).toContain('drawPairingCode')
  await mkdir(join(import.meta.dirname, '.tmp'), { recursive: true })
  const folder = await mkdtemp(join(import.meta.dirname, '.tmp/readme-'))
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  try {
    await writeFile(
      join(folder, 'example.ts'),
      example.replace("'@openclaw/pairing-code'", "'../../../src/index.ts'"),
    )
    await import(join(folder, 'example.ts'))
    expect(log.mock.calls).toEqual([[true, true]])
  } finally {
    log.mockRestore()
    await rm(join(import.meta.dirname, '.tmp'), { recursive: true })
  }
})
