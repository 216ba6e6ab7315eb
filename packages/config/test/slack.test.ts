import { describe, expect, it } from 'vitest'
import { complaints, folderWith, load, loadFrom } from './support.ts'

const BOT = 'xoxb-1000000000-AAAAAAAAAAAA'
const APP = 'xapp-1-A0-1000000000-AAAAAAAAAAAA'
const SIGNING = '8f742231b10e8888abcd99yyyzzz85a5'
const ENV = { SLACK_BOT_TOKEN: ` ${BOT}\n`, SLACK_APP_TOKEN: APP }

describe('the tokens of Slack', () => {
  it('come from the environment where no section is written', async () => {
    const config = await loadFrom(await folderWith({}), { env: ENV })
    expect(config.slack).toMatchObject([
      {
        account: 'default',
        enabled: true,
        botToken: BOT,
        appToken: APP,
        botTokenSource: 'SLACK_BOT_TOKEN',
        apiRoot: 'https://slack.com/api',
        policy: { policy: 'pairing' },
      },
    ])
    expect(config.accounts).toContainEqual(config.slack[0])
  })

  it('in the file outrank the environment, and are no account’s but their own', async () => {
    const section = { botToken: 'xoxb-file', accounts: { work: { appToken: 'xapp-work' } } }
    const { slack } = await load({ channels: { slack: section } }, { env: ENV })
    expect(slack).toMatchObject([
      { account: 'default', botToken: 'xoxb-file', appToken: APP },
      { account: 'work', botToken: undefined, appToken: 'xapp-work' },
    ])
    expect(slack[1]?.botTokenSource).toBe('channels.slack.accounts.work.botToken')
  })

  it('are missing without any, and it is said where they go', async () => {
    const config = await load({ channels: { slack: {} } })
    expect(config.slack).toMatchObject([
      {
        botToken: undefined,
        botTokenSource: 'channels.slack.botToken or SLACK_BOT_TOKEN',
        appTokenSource: 'channels.slack.appToken or SLACK_APP_TOKEN',
      },
    ])
    expect(config.problems).toEqual([])
    expect((await load({})).slack).toEqual([])
  })

  it('must not be shared by two accounts, and are not shown', async () => {
    const accounts = { a: { botToken: BOT, appToken: APP }, b: { botToken: BOT, appToken: APP } }
    const config = await load({ channels: { slack: { accounts } } })
    expect(complaints(config)).toEqual([
      'error channels.slack.accounts.b.appToken',
      'error channels.slack.accounts.b.botToken',
    ])
    expect(JSON.stringify(config.problems)).not.toContain('AAAA')
  })

  it('of the environment are said not to count where no account is the default', async () => {
    const accounts = { work: { botToken: BOT, appToken: APP } }
    const config = await load({ channels: { slack: { accounts } } }, { env: ENV })
    expect(complaints(config)).toEqual(['warning SLACK_APP_TOKEN', 'warning SLACK_BOT_TOKEN'])
  })
})

describe('how Slack is reached', () => {
  const slack = (fields: object) =>
    load({ channels: { slack: { botToken: BOT, appToken: APP, ...fields } } })

  it.each([
    ['https://slack.com/api', 'https://slack.com/api'],
    ['https://slack.com/api/', 'https://slack.com/api'],
    ['http://127.0.0.1:8082', 'http://127.0.0.1:8082/api'],
    ['http://[::1]:8082/api/', 'http://[::1]:8082/api'],
    ['https://proxy.example.org/slack', 'https://proxy.example.org/slack'],
  ])('%s means %s', async (apiRoot, root) => {
    const config = await slack({ apiRoot })
    expect(config.problems).toEqual([])
    expect(config.slack).toMatchObject([{ apiRoot: root, botToken: BOT }])
  })

  it.each([
    'http://slack.com/api',
    'ftp://127.0.0.1',
    'https://u:p@slack.com',
    'https://x.example?a',
    5,
  ])('must not be %j, and no token is used then', async (apiRoot) => {
    const config = await slack({ apiRoot })
    expect(complaints(config)).toEqual(['error channels.slack.apiRoot'])
    expect(config.slack).toMatchObject([{ botToken: undefined, appToken: undefined }])
  })

  it('is Socket Mode unless the other is written, which has a path and a secret and needs no appToken', async () => {
    expect((await slack({ mode: 'socket', signingSecret: SIGNING })).slack).toMatchObject([
      { mode: 'socket', botToken: BOT, signingSecret: undefined, webhookPath: undefined },
    ])
    const config = await load({
      channels: { slack: { mode: 'http', botToken: BOT, signingSecret: ` ${SIGNING}` } },
    })
    expect(config.problems).toEqual([])
    expect(config.slack).toMatchObject([
      {
        mode: 'http',
        botToken: BOT,
        signingSecret: SIGNING,
        webhookPath: '/slack/events',
        signingSecretSource: expect.stringContaining('channels.slack.signingSecret in '),
      },
    ])
    expect(complaints(await slack({ mode: 'soket' }))).toEqual(['error channels.slack.mode'])
  })

  it('by HTTP has a secret of its own for each account, which is not shown', async () => {
    const one = { botToken: 'xoxb-1', signingSecret: SIGNING }
    const accounts = { a: one, b: { ...one, botToken: 'xoxb-2' }, c: { botToken: 'xoxb-3' } }
    const config = await load({ channels: { slack: { mode: 'http', accounts } } })
    expect(complaints(config)).toEqual(['error channels.slack.accounts.b.signingSecret'])
    expect(JSON.stringify(config.problems)).not.toContain(SIGNING)
    expect(config.slack[2]).toMatchObject({
      signingSecret: undefined,
      signingSecretSource: 'channels.slack.accounts.c.signingSecret',
    })
    const blanks = await slack({ mode: 'http', signingSecret: 'two words' })
    expect(complaints(blanks)).toEqual(['error channels.slack.signingSecret'])
  })
})
