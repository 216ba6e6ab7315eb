import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Home } from './support/cli.ts'
import { homeHere } from './support/here.ts'
import { asks } from './support/people.ts'
import { noTerminal, onTerminal } from './support/terminal.ts'

let home: Home
beforeEach(async () => {
  home = await homeHere()
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

  it.each([['telegram:123456789'], [123456789]])(
    'are owners without an account that this terminal sees: %j',
    async (written) => {
      await configure({ commands: { ownerAllowFrom: [written] } })
      expect(await owners()).toMatchObject([
        { id: '123456789', channel: 'telegram', via: 'config' },
      ])
      expect((await home.run(['owner', 'list'])).stdout).toContain('the configuration')
      const added = await home.run(['owner', 'add', 'telegram', '123456789'])
      expect(added).toMatchObject({ exit: 0, stdout: expect.stringContaining('configuration') })
      const removed = await home.run(['owner', 'remove', 'telegram', '123456789'])
      expect(removed.exit).toBe(4)
      expect(removed.stderr).toContain('owner by the configuration')
      expect(removed.stderr).toMatch(
        /remove them from commands\.ownerAllowFrom in .*openclaw\.json/,
      )
    },
  )

  it('are told nothing where this release tells nobody: a number is one of several channels', async () => {
    await configure({ ...config, commands: { ownerAllowFrom: ['+15551234567', 'telegram:5'] } })
    expect(await owners()).toHaveLength(4)
    await asks(home, { id: '100001' })
    const { notices } = await home.json(['owner', 'notices'])
    expect(notices).toMatchObject([{ channel: 'telegram', senderId: '5', state: 'due' }])
  })

  it('that are none are told with the list, and why', async () => {
    await configure({ commands: { ownerAllowFrom: ['@ada', 'telegram:@bob', 'telegram:5'] } })
    const { stdout, stderr } = await home.run(['owner', 'list'])
    expect(stdout).toContain('telegram  5')
    expect(stderr).toContain('commands.ownerAllowFrom.0 is an owner on no channel')
    expect(stderr).toMatch(/commands\.ownerAllowFrom\.1 .*numeric user id/)
    expect(stderr).not.toContain('ownerAllowFrom.2')
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

describe('owner add', () => {
  const NOT_SEEN = 'As seen from this terminal, no account of telegram is set up'
  const WRITE = 'They have to write to the bot once'

  it('says what this terminal does not see, and that they have to write once', async () => {
    const { stdout } = await home.run(['owner', 'add', 'telegram', '6'])
    expect(stdout).toContain(NOT_SEEN)
    expect(stdout).toContain(WRITE)
  })

  it('says neither where there is a bot and they wrote to it', async () => {
    await configure({ channels: { telegram: { botToken: '1:x' } } })
    await asks(home, { id: '6', meta: { firstName: 'Ada' } })
    const { stdout } = await home.run(['owner', 'add', 'telegram', '6'])
    expect(stdout).toContain('is an owner now')
    expect(stdout).not.toContain(NOT_SEEN)
    expect(stdout).not.toContain(WRITE)
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
