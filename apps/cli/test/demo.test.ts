import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { emptyHome, type Home } from './support/cli.ts'
import { noTerminal, onTerminal } from './support/terminal.ts'

let home: Home
beforeEach(async () => {
  home = await emptyHome()
})
afterEach(() => home.remove())

const leftovers = async (): Promise<string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('openclaw-demo-'))

it('plays the whole story on a real store and leaves nothing behind', async () => {
  const before = await leftovers()
  const { stdout, stderr, exit } = await home.run(['demo'], {
    env: { OPENCLAW_STATE_DIR: '/nonexistent/of-somebody-else', OPENCLAW_PROFILE: 'work' },
  })
  expect({ stderr, exit }).toEqual({ stderr: '', exit: 0 })
  const story = [
    'Pairing code: ',
    '1 of 3 places taken',
    'Approved telegram sender 100001 (“Ada Lovelace” @ada)',
    'The running gateway tells them.',
    'The assistant gets',
    'Revoked telegram sender 100001',
    'That was not delivered',
    'told of the approval',
    'Everything is as it was written.',
  ]
  let at = -1
  for (const part of story) {
    expect(stdout.indexOf(part, at), part).toBeGreaterThan(at)
    at = stdout.indexOf(part, at)
  }
  expect(await readdir(home.folder)).toEqual([])
  expect(await leftovers()).toEqual(before)
})

it('tells its steps as JSON', async () => {
  const { steps } = await home.json(['demo'])
  expect(steps).toContainEqual(expect.objectContaining({ kind: 'chat', who: 'The assistant gets' }))
})

it.skipIf(noTerminal)('takes its time on a terminal, and cleans up when interrupted', async () => {
  const before = await leftovers()
  const run = onTerminal(home, ['demo'])
  await run.shows(/Pairing code/)
  run.type('\u0003')
  expect(await run.exit).toBe(4)
  expect(run.screen()).not.toContain('Approved')
  expect(await leftovers()).toEqual(before)
})
