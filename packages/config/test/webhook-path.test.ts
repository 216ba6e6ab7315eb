import { describe, expect, it } from 'vitest'
import { GATEWAY_PATHS } from '../src/index.ts'
import { complaints, load } from './support.ts'

const slack = (fields: object) => load({ channels: { slack: { mode: 'http', ...fields } } })

const pathsOf = (config: Awaited<ReturnType<typeof load>>) =>
  Object.fromEntries(config.slack.map(({ account, webhookPath }) => [account, webhookPath]))

describe('where an account is called', () => {
  it('is the channel’s path for one account alone', async () => {
    expect(pathsOf(await slack({}))).toEqual({ default: '/slack/events' })
    expect(pathsOf(await slack({ accounts: { work: {} } }))).toEqual({ work: '/slack/events' })
    const config = await slack({ webhookPath: '/in/Slack-1_a.b~c' })
    expect(config.problems).toEqual([])
    expect(pathsOf(config)).toEqual({ default: '/in/Slack-1_a.b~c' })
  })

  it('has the account behind it where several would share it, and stays so when one is switched off', async () => {
    const accounts = { work: {}, home: { enabled: false }, own: { webhookPath: '/hooks/own' } }
    expect(pathsOf(await slack({ accounts }))).toEqual({
      work: '/slack/events/work',
      home: '/slack/events/home',
      own: '/hooks/own',
    })
    expect(pathsOf(await slack({ webhookPath: '/in', accounts }))).toMatchObject({
      work: '/in/work',
      own: '/hooks/own',
    })
  })

  it('is counted among those that are called alone', async () => {
    const accounts = { work: {}, home: { mode: 'socket' } }
    expect(pathsOf(await slack({ accounts }))).toEqual({ work: '/slack/events', home: undefined })
  })

  it.each([
    '/slack/../chat',
    '/..',
    '/./a',
    '/a//b',
    '/a/',
    '/a%2fb',
    '/a b',
    '/ä',
    '/*',
    '/:x',
    `/${'a'.repeat(128)}`,
    5,
    '',
  ])('must not be %j, and nothing is listened for then', async (webhookPath) => {
    const config = await slack({ webhookPath, botToken: 'xoxb-1', signingSecret: 'x' })
    expect(complaints(config)).toEqual(['error channels.slack.webhookPath'])
    expect(config.slack).toMatchObject([
      { webhookPath: undefined, botToken: undefined, signingSecret: undefined },
    ])
  })

  it.each([
    ['slack/events', 'Write "/slack/events", without host.'],
    ['https://bot.example/slack', 'without host'],
    ['/slack?x=1', 'Write "/slack".'],
    ['/slack#x', 'Write "/slack".'],
    ...GATEWAY_PATHS.map((path): [string, string] => [path, 'Write another']),
    ['/chat/slack', 'Write another'],
    ['/CHAT', 'Write another'],
  ])('must not be %j: %s', async (webhookPath, fix) => {
    const config = await slack({ webhookPath })
    expect(complaints(config)).toEqual(['error channels.slack.webhookPath'])
    expect(config.problems[0]?.fix).toContain(fix)
  })

  it('belongs to one account', async () => {
    const accounts = { a: { webhookPath: '/in' }, b: {}, c: { webhookPath: '/in' } }
    const config = await slack({ webhookPath: '/in', accounts })
    expect(complaints(config)).toEqual([
      'error channels.slack.accounts.b.webhookPath',
      'error channels.slack.accounts.c.webhookPath',
    ])
    expect(config.problems[0]).toMatchObject({
      problem: 'is "/in", which slack (a) has already',
      fix: expect.stringContaining('"/slack/b/events"'),
    })
    const off = { a: { webhookPath: '/in', enabled: false }, b: { webhookPath: '/in' } }
    expect((await slack({ accounts: off })).problems).toEqual([])
  })
})
