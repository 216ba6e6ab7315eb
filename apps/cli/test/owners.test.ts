import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyHome, type Home } from './support/cli.ts'
import { asks } from './support/people.ts'
import { noTerminal, onTerminal } from './support/terminal.ts'

let home: Home
beforeEach(async () => {
  home = await emptyHome()
})
afterEach(() => home.remove())

const owners = async (): Promise<unknown> => (await home.json(['owner', 'list']))['owners']

async function configure(config: unknown): Promise<void> {
  await mkdir(home.stateDir, { recursive: true, mode: 0o700 })
  await writeFile(join(home.stateDir, 'openclaw.json'), JSON.stringify(config))
}

describe('owners of the configuration', () => {
  const config = {
    commands: { ownerAllowFrom: ['telegram:5'] },
    channels: { telegram: { botToken: '1:x' } },
  }

  it('are listed, are owners already, and are removed where they stand', async () => {
    await configure(config)
    expect(await owners()).toEqual([
      {
        id: '5',
        channel: 'telegram',
        via: 'config',
        since: null,
        by: null,
        meta: {},
        blockedOn: [],
      },
    ])
    const added = await home.run(['owner', 'add', 'telegram', '5'])
    expect(added).toMatchObject({ exit: 0, stdout: expect.stringContaining('configuration') })
    const removed = await home.run(['owner', 'remove', 'telegram', '5', '--json'])
    expect(removed.exit).toBe(4)
    expect(JSON.parse(removed.stdout)).toMatchObject({
      error: {
        code: 'ERR_CLI_IN_CONFIGURATION',
        where: expect.stringMatching(/^commands\.ownerAllowFrom in .*openclaw\.json$/),
      },
    })
    const revoked = await home.run(['pairing', 'revoke', 'telegram', '5'])
    expect(revoked).toMatchObject({ exit: 4, stderr: expect.stringContaining('ownerAllowFrom') })
    expect(await owners()).toHaveLength(1)
  })

  it('do not hide one that was made here, who goes away without them', async () => {
    await home.run(['owner', 'add', 'telegram', '5'])
    await configure(config)
    expect(await owners()).toMatchObject([{ via: 'config', since: expect.any(String) }])
    expect((await home.run(['owner', 'remove', 'telegram', '5'])).exit).toBe(4)
    await configure({})
    expect(await owners()).toEqual([])
  })

  it('can be added to while the configuration names them wrongly; everybody is nobody', async () => {
    await configure({ commands: { ownerAllowFrom: ['*'] } })
    const added = await home.run(['owner', 'add', 'telegram', '6'])
    expect(added).toMatchObject({ exit: 0, stderr: expect.stringContaining('ownerAllowFrom') })
    expect(await owners()).toMatchObject([{ id: '6' }])
  })
})

it('nothing is made on disk by what names nobody', async () => {
  for (const words of [
    ['add', 'telegram', '@ada'],
    ['add', 'telegram', '*'],
    ['add', 'telegarm', '5'],
    ['remove', 'telegram', '5'],
    ['list'],
  ]) {
    await home.run(['owner', ...words])
  }
  expect(await home.run(['pairing', 'allowed'])).toMatchObject({
    stdout: 'Nobody may write yet.\n',
  })
  await expect(import('node:fs/promises').then((fs) => fs.stat(home.stateDir))).rejects.toThrow(
    'ENOENT',
  )
})

describe.skipIf(noTerminal)('on a terminal', () => {
  it('shows whom it is about and what they can do, and asks', async () => {
    await asks(home, { id: '100001', meta: { firstName: 'Ada\u001b[31m' } })
    const run = onTerminal(home, ['owner', 'add', 'telegram', '100001'])
    await run.shows(/Make them an owner\? \[y\/N\]/)
    for (const fact of [
      '“Ada”',
      'telegramUserId 100001',
      'every account',
      'asks to be let in',
      'decide',
    ]) {
      expect(run.screen()).toContain(fact)
    }
    run.type('y\r')
    expect(await run.exit).toBe(0)
    expect(run.screen()).not.toContain('\u001b[31mAda')
    expect(run.screen()).toContain('/pair')
    expect(await owners()).toMatchObject([{ id: '100001' }])
    const gone = onTerminal(home, ['owner', 'remove', 'telegram', '100001'])
    await gone.shows(/Remove\? \[y\/N\]/)
    gone.type('y\r')
    expect(await gone.exit).toBe(0)
    expect(await owners()).toEqual([])
  })

  it.each([
    ['Enter alone', '\r'],
    ['n', 'n\r'],
    ['Ctrl-C', '\u0003'],
  ])('takes %s for no: nothing changes', async (_, keys) => {
    const run = onTerminal(home, ['owner', 'add', 'telegram', '100001'])
    await run.shows(/Make them an owner\?/)
    run.type(keys)
    expect(await run.exit).toBe(4)
    expect(await owners()).toEqual([])
  })

  it('does not ask with --yes', async () => {
    const run = onTerminal(home, ['owner', 'add', 'telegram', '100001', '--yes'])
    expect(await run.exit).toBe(0)
    expect(run.screen()).not.toContain('[y/N]')
  })
})
