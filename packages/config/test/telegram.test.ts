import { execFileSync } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { complaints, folderWith, load, loadFrom } from './support.ts'

const A = '1111111111:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
const B = '2222222222:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB'
const ENV = { TELEGRAM_BOT_TOKEN: ` ${A}\n` }

const tokens = (config: Awaited<ReturnType<typeof load>>) =>
  Object.fromEntries(config.telegram.map(({ account, botToken }) => [account, botToken]))

describe('the token', () => {
  it('comes from the environment where no section is written', async () => {
    const config = await loadFrom(await folderWith({}), { env: ENV })
    expect(config.telegram).toMatchObject([
      {
        account: 'default',
        enabled: true,
        botToken: A,
        botTokenSource: 'TELEGRAM_BOT_TOKEN',
        apiRoot: 'https://api.telegram.org',
        policy: { policy: 'pairing' },
      },
    ])
    expect(config.accounts).toContainEqual(config.telegram[0])
  })

  it('in the file outranks the environment', async () => {
    const config = await load({ channels: { telegram: { botToken: B } } }, { env: ENV })
    expect(tokens(config)).toEqual({ default: B })
    expect(config.telegram[0]?.botTokenSource).toMatch(
      /^channels\.telegram\.botToken in .*openclaw\.json$/,
    )
  })

  it('belongs to one account alone: nothing is inherited, the environment is the default’s', async () => {
    const section = { botToken: A, accounts: { work: {}, home: { botToken: B } } }
    const config = await load({ channels: { telegram: section } }, { env: ENV })
    expect(tokens(config)).toEqual({ default: A, work: undefined, home: B })
    expect(config.telegram.find(({ account }) => account === 'work')?.botTokenSource).toBe(
      'channels.telegram.accounts.work.botToken',
    )
    const named = await load(
      { channels: { telegram: { accounts: { default: {}, work: {} } } } },
      { env: ENV },
    )
    expect(tokens(named)).toEqual({ default: A, work: undefined })
  })

  it('of the environment is not used where no account is the default, and that is said', async () => {
    const config = await load(
      { channels: { telegram: { accounts: { work: { botToken: B } } } } },
      { env: ENV },
    )
    expect(tokens(config)).toEqual({ work: B })
    expect(complaints(config)).toEqual(['warning TELEGRAM_BOT_TOKEN'])
  })

  it('is missing without any, and it is said where one goes', async () => {
    const config = await load({ channels: { telegram: {} } })
    expect(config.telegram).toMatchObject([
      { botToken: undefined, botTokenSource: 'channels.telegram.botToken or TELEGRAM_BOT_TOKEN' },
    ])
  })

  it('must not be shared by two accounts', async () => {
    const accounts = { a: { botToken: A }, b: { botToken: A } }
    const config = await load({ channels: { telegram: { accounts } } })
    expect(complaints(config)).toEqual(['error channels.telegram.accounts.b.botToken'])
    expect(JSON.stringify(config.problems)).not.toContain('AAAA')
    const off = { a: { botToken: A }, b: { botToken: A, enabled: false } }
    expect((await load({ channels: { telegram: { accounts: off } } })).problems).toEqual([])
  })

  it.each(['two words', 'line\nbreak', '', 5, ['x'], `${'x'.repeat(2000)}`, 'ünicode'])(
    'is refused as %j, without being shown',
    async (botToken) => {
      const config = await load({ channels: { telegram: { botToken } } }, { env: ENV })
      expect(complaints(config)).toEqual(['error channels.telegram.botToken'])
      expect(tokens(config)).toEqual({ default: undefined })
      if (typeof botToken === 'string' && botToken.length > 5)
        expect(JSON.stringify(config.problems)).not.toContain(JSON.stringify(botToken).slice(1, -1))
    },
  )

  it('of the environment is refused with blanks inside', async () => {
    const config = await loadFrom(await folderWith({}), { env: { TELEGRAM_BOT_TOKEN: 'a b' } })
    expect(complaints(config)).toEqual(['error TELEGRAM_BOT_TOKEN'])
    expect(tokens(config)).toEqual({ default: undefined })
  })
})

describe('tokenFile', () => {
  const section = (tokenFile: unknown) => ({
    'openclaw.json': { channels: { telegram: { tokenFile, botToken: B } } },
  })

  it.each(['token', './token', '~/token'])(
    '%s is read, blanks around it left out',
    async (name) => {
      const folder = await folderWith({ ...section(name), token: `\n ${A} \r\n` })
      const config = await loadFrom(folder, { env: ENV })
      expect(config.problems).toEqual([])
      expect(config.telegram).toMatchObject([
        { botToken: A, botTokenSource: join(folder, 'token') },
      ])
    },
  )

  it('is warned of where others may read it', async () => {
    const folder = await folderWith({ ...section('token'), token: A })
    await chmod(join(folder, 'token'), 0o640)
    const config = await loadFrom(folder)
    expect(config.problems).toMatchObject([
      {
        severity: 'warning',
        path: 'channels.telegram.tokenFile',
        fix: `chmod 600 ${join(folder, 'token')}`,
      },
    ])
    expect(tokens(config)).toEqual({ default: A })
  })

  it('that cannot be used is an error, and no other token is taken instead', async () => {
    const folder = await folderWith({
      'openclaw.json': {},
      big: 'x'.repeat(5000),
      empty: ' \n',
      two: 'a b',
    })
    await mkdir(join(folder, 'folder'))
    execFileSync('mkfifo', [join(folder, 'pipe')])
    for (const name of ['none', 'big', 'empty', 'two', 'folder', 'pipe', '/dev/zero']) {
      await writeFile(join(folder, 'openclaw.json'), JSON.stringify(section(name)['openclaw.json']))
      const config = await loadFrom(folder, { env: ENV })
      expect([name, complaints(config)]).toEqual([name, ['error channels.telegram.tokenFile']])
      expect(tokens(config)).toEqual({ default: undefined })
    }
  })
})

describe('apiRoot', () => {
  const root = (apiRoot: unknown) => load({ channels: { telegram: { botToken: A, apiRoot } } })

  it.each([
    'https://api.telegram.org',
    'https://bot.example.org/proxy',
    'http://127.0.0.1:8081',
    'http://localhost:8081',
    'http://[::1]:8081',
    'http://127.8.9.1',
  ])('may be %s', async (apiRoot) => {
    const config = await root(apiRoot)
    expect(config.problems).toEqual([])
    expect(config.telegram).toMatchObject([{ apiRoot, botToken: A }])
  })

  it.each([
    'http://api.telegram.org',
    'http://localhost.example.org',
    'http://127.0.0.1.example.org',
    'http://0.0.0.0',
    'http://10.0.0.1',
    'ftp://127.0.0.1',
    'file:///etc/passwd',
    'https://api.telegram.org/',
    'https://api.telegram.org/bot',
    `https://api.telegram.org/bot${A}`,
    'https://user:pass@api.telegram.org',
    'https://x.example?a=1',
    'https://x.example#a',
    'api.telegram.org',
    '',
    5,
    null,
  ])('must not be %j, and no token is used then', async (apiRoot) => {
    const config = await root(apiRoot)
    expect(complaints(config)).toEqual(['error channels.telegram.apiRoot'])
    expect(config.telegram).toMatchObject([
      { botToken: undefined, apiRoot: 'https://api.telegram.org' },
    ])
    expect(JSON.stringify(config.problems)).not.toMatch(/AAAA|pass@/)
  })

  it('is inherited by accounts', async () => {
    const section = {
      apiRoot: 'http://127.0.0.1:1',
      accounts: { a: { botToken: A }, b: { botToken: B, apiRoot: 'http://127.0.0.1:2' } },
    }
    const config = await load({ channels: { telegram: section } })
    expect(config.telegram.map(({ apiRoot }) => apiRoot)).toEqual([
      'http://127.0.0.1:1',
      'http://127.0.0.1:2',
    ])
  })
})
