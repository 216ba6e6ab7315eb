import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { ACTIONS } from '../src/index.ts'

const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')

it('shows an example that runs', async () => {
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  expect(example).toContain('decide(')
  await mkdir(join(import.meta.dirname, '.tmp'), { recursive: true })
  const folder = await mkdtemp(join(import.meta.dirname, '.tmp/readme-'))
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  try {
    await writeFile(
      join(folder, 'example.ts'),
      example.replace("'@openclaw/pairing-authority'", "'../../../src/index.ts'"),
    )
    await import(join(folder, 'example.ts'))
    expect(log.mock.calls).toEqual([['owner 111 on telegram: ERR_AUTHORITY_NOT_SHOWN'], [true]])
  } finally {
    log.mockRestore()
    await rm(join(import.meta.dirname, '.tmp'), { recursive: true })
  }
})

it('has every action in its table', () => {
  const headings = readme
    .split('\n')
    .filter((line) => /^\|.*`(?:(?:dm|device|node)\.request|setup\.create)`/.test(line))
  const named = ['dm', 'device', 'node', 'setup'].flatMap((about) =>
    headings
      .filter(
        (line) => line.includes(`\`${about}.request\``) || line.includes(`\`${about}.create\``),
      )
      .map((line) => line.replaceAll('`.', `\`${about}.`)),
  )
  for (const action of ACTIONS) expect(named.join('\n')).toContain(`\`${action}\``)
})
