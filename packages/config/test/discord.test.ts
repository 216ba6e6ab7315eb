import { describe, expect, it } from 'vitest'
import { complaints, folderWith, load, loadFrom } from './support.ts'

const TOKEN = 'OTAwMDAwMDAwMDAwMDAwMDAx.GAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAA'
const ENV = { DISCORD_BOT_TOKEN: ` ${TOKEN}\n` }

describe('the token of Discord', () => {
  it('comes from the environment where no section is written', async () => {
    const config = await loadFrom(await folderWith({}), { env: ENV })
    expect(config.discord).toMatchObject([
      {
        account: 'default',
        enabled: true,
        token: TOKEN,
        tokenSource: 'DISCORD_BOT_TOKEN',
        apiRoot: 'https://discord.com/api',
        policy: { policy: 'pairing' },
      },
    ])
    expect(config.accounts).toContainEqual(config.discord[0])
  })

  it('in the file outranks the environment, and is no account’s but its own', async () => {
    const section = { token: 'a.b.file', accounts: { work: {} } }
    const { discord } = await load({ channels: { discord: section } }, { env: ENV })
    expect(discord).toMatchObject([
      { account: 'default', token: 'a.b.file' },
      { account: 'work', token: undefined },
    ])
    expect(discord[1]?.tokenSource).toBe('channels.discord.accounts.work.token')
  })

  it('is missing without any, and it is said where it goes', async () => {
    const config = await load({ channels: { discord: {} } })
    expect(config.discord).toMatchObject([
      { token: undefined, tokenSource: 'channels.discord.token or DISCORD_BOT_TOKEN' },
    ])
    expect(config.problems).toEqual([])
    expect((await load({})).discord).toEqual([])
  })

  it('must not be shared by two accounts, and is not shown', async () => {
    const accounts = { a: { token: TOKEN }, b: { token: TOKEN } }
    const config = await load({ channels: { discord: { accounts } } })
    expect(complaints(config)).toEqual(['error channels.discord.accounts.b.token'])
    expect(JSON.stringify(config.problems)).not.toContain('AAAA')
  })

  it('of the environment is said not to count where no account is the default, or where it is none', async () => {
    const accounts = { work: { token: TOKEN } }
    const config = await load({ channels: { discord: { accounts } } }, { env: ENV })
    expect(complaints(config)).toEqual(['warning DISCORD_BOT_TOKEN'])
    const wrong = await load({}, { env: { DISCORD_BOT_TOKEN: `Bot ${TOKEN}` } })
    expect(complaints(wrong)).toEqual(['error DISCORD_BOT_TOKEN'])
    expect(wrong.discord).toMatchObject([{ token: undefined }])
  })
})

describe('the older keys of Discord', () => {
  it('switch direct messages off, and count where the newer ones are absent', async () => {
    const off = await load({ channels: { discord: { token: TOKEN, dm: { enabled: false } } } })
    expect(off.discord).toMatchObject([{ enabled: true, policy: { policy: 'disabled' } }])
    const dm = { policy: 'allowlist', allowFrom: ['123456789012345678'] }
    const listed = await load({ channels: { discord: { token: TOKEN, dm } } })
    expect(listed.discord).toMatchObject([
      { policy: { policy: 'allowlist', allowFrom: ['123456789012345678'] } },
    ])
    expect(listed.problems).toEqual([])
  })
})

describe('how Discord is reached', () => {
  const discord = (fields: object) => load({ channels: { discord: { token: TOKEN, ...fields } } })

  it.each([
    ['https://discord.com/api', 'https://discord.com/api'],
    ['https://discord.com/api/v10/', 'https://discord.com/api'],
    ['http://127.0.0.1:8082', 'http://127.0.0.1:8082/api'],
    ['http://[::1]:8082/api/', 'http://[::1]:8082/api'],
    ['https://proxy.example.org/discord', 'https://proxy.example.org/discord'],
  ])('%s means %s', async (apiRoot, root) => {
    const config = await discord({ apiRoot })
    expect(config.problems).toEqual([])
    expect(config.discord).toMatchObject([{ apiRoot: root, token: TOKEN }])
  })

  it.each([
    'http://discord.com/api',
    'ftp://127.0.0.1',
    'https://u:p@discord.com',
    'https://x.example?a',
    5,
  ])('must not be %j, and no token is used then', async (apiRoot) => {
    const config = await discord({ apiRoot })
    expect(complaints(config)).toEqual(['error channels.discord.apiRoot'])
    expect(config.discord).toMatchObject([{ token: undefined }])
  })
})
