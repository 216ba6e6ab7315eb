import { describe, expect, it } from 'vitest'
import { at, complaints, load } from './support.ts'

const PASSWORD = 'geheim und lang'
const server = { serverUrl: 'http://127.0.0.1:1234', password: PASSWORD }
const one = async (channels: object) => {
  const config = await load({ channels })
  return { config, account: config.imessage[0], problems: complaints(config) }
}

describe('a BlueBubbles server', () => {
  it('is read from the section of OpenClaw 2026.2, as an account of iMessage', async () => {
    const { config, account, problems } = await one({ bluebubbles: server })
    expect(account).toMatchObject({
      channel: 'imessage',
      account: 'default',
      enabled: true,
      imsg: undefined,
      bluebubbles: {
        ...server,
        webhookPath: '/bluebubbles-webhook',
        webhookSecret: undefined,
        webhookUrl: undefined,
      },
    })
    expect(problems).toEqual([])
    expect(config.accounts.map(({ channel }) => channel)).toEqual(['imessage', 'webchat'])
    expect(config.ownKeys).toEqual([])
  })

  it('is read from channels.imessage alike, with or without transport', async () => {
    for (const more of [{}, { transport: 'bluebubbles' }]) {
      const { account, config } = await one({ imessage: { ...server, ...more } })
      expect(account?.bluebubbles).toMatchObject(server)
      expect(config.ownKeys.map(({ path }) => path)).toContain('channels.imessage.serverUrl')
    }
  })

  it('has its secret and the way to the gateway where they are written', async () => {
    const more = {
      webhookSecret: 's3cret',
      webhookUrl: 'https://gw.example.org/bb',
      webhookPath: '/bb',
    }
    const { account, problems } = await one({ bluebubbles: { ...server, ...more } })
    expect(account?.bluebubbles).toMatchObject(more)
    expect(problems).toEqual([])
  })

  it.each([
    ['http://192.168.1.100:1234', 'warning channels.bluebubbles.serverUrl'],
    ['mac.local', 'warning channels.bluebubbles.serverUrl'],
  ])(
    'at %s is warned of and passed on, so that only its account fails',
    async (serverUrl, problem) => {
      const { account, problems, config } = await one({ bluebubbles: { ...server, serverUrl } })
      expect(problems).toEqual([problem])
      expect(account?.bluebubbles?.serverUrl).toBe(serverUrl)
      expect(JSON.stringify(config.problems)).not.toContain(PASSWORD)
    },
  )

  it('without address or password is said in one line each', async () => {
    expect((await one({ bluebubbles: { password: PASSWORD } })).problems).toEqual([
      'warning channels.bluebubbles.serverUrl',
    ])
    expect((await one({ bluebubbles: { serverUrl: server.serverUrl } })).problems).toEqual([
      'warning channels.bluebubbles.password',
    ])
    expect((await one({ imessage: { transport: 'bluebubbles' } })).problems).toEqual([
      'warning channels.imessage.password',
      'warning channels.imessage.serverUrl',
    ])
  })

  it.each([
    ['webhookUrl', 'http://192.168.1.2/bluebubbles-webhook', 'error'],
    ['webhookUrl', 'https://gw.example.org', 'warning'],
    ['webhookUrl', 'https://gw.example.org/x?password=1', 'warning'],
    ['webhookPath', 'bluebubbles', 'error'],
    ['transport', 'pigeon', 'error'],
  ])('%s %s is a problem', async (key, value, severity) => {
    const { problems } = await one({ bluebubbles: { ...server, [key]: value } })
    expect(problems).toEqual([`${severity} channels.bluebubbles.${key}`])
  })

  it('is not meant where a policy alone is written', async () => {
    const { account, problems } = await one({
      bluebubbles: { dmPolicy: 'allowlist', allowFrom: ['+15551234567'] },
    })
    expect(account).toMatchObject({ bluebubbles: undefined, imsg: undefined })
    expect(problems).toEqual([])
  })
})

describe('the policy', () => {
  it('of channels.bluebubbles is that of iMessage, an empty list included', async () => {
    const { config } = await one({ bluebubbles: { ...server, dmPolicy: 'pairing', allowFrom: [] } })
    expect(config.policyOf(at('imessage'))).toMatchObject({
      policy: 'pairing',
      allowFrom: [],
      replyMode: 'code',
    })
    const { config: silent } = await one({ bluebubbles: server })
    expect(silent.policyOf(at('imessage'))).toMatchObject({
      policy: 'pairing',
      replyMode: 'silent',
    })
  })

  it('under imessage outranks that under bluebubbles where that is the way', async () => {
    const { config } = await one({
      imessage: { transport: 'bluebubbles', dmPolicy: 'allowlist', allowFrom: ['+15551234567'] },
      bluebubbles: { ...server, dmPolicy: 'open', allowFrom: ['*'] },
    })
    expect(config.policyOf(at('imessage'))).toMatchObject({
      policy: 'allowlist',
      allowFrom: ['+15551234567'],
    })
    const { config: inherited, account } = await one({
      imessage: { transport: 'bluebubbles' },
      bluebubbles: { ...server, dmPolicy: 'disabled' },
    })
    expect(inherited.policyOf(at('imessage')).policy).toBe('disabled')
    expect(account?.bluebubbles).toMatchObject(server)
  })

  it('under bluebubbles opens nothing where imsg is the way, and that is said', async () => {
    const open = { ...server, dmPolicy: 'open', allowFrom: ['*'] }
    for (const imessage of [{ transport: 'imsg' }, { cliPath: '/opt/imsg' }]) {
      const { config, account, problems } = await one({ imessage, bluebubbles: open })
      expect(config.policyOf(at('imessage')).policy).toBe('pairing')
      expect(account).toMatchObject({
        bluebubbles: undefined,
        imsg: { service: 'auto', region: 'US' },
      })
      expect(problems).toEqual(['warning channels.bluebubbles'])
    }
  })

  it('is nobody’s where one of both is switched off', async () => {
    const { account, config } = await one({
      imessage: { transport: 'bluebubbles' },
      bluebubbles: { ...server, enabled: false },
    })
    expect(account?.enabled).toBe(false)
    expect(config.policyOf(at('imessage')).policy).toBe('disabled')
  })
})

describe('both sections', () => {
  it('without a transport are the one that is on, and is set up', async () => {
    const off = await one({ imessage: { enabled: false, cliPath: 'imsg' }, bluebubbles: server })
    expect(off.account).toMatchObject({ enabled: true, bluebubbles: server })
    const unset = await one({ imessage: { dmPolicy: 'pairing' }, bluebubbles: server })
    expect(unset.account).toMatchObject({ enabled: true, bluebubbles: server })
    const other = await one({
      imessage: { cliPath: 'imsg' },
      bluebubbles: { ...server, enabled: false },
    })
    expect(other.account).toMatchObject({ enabled: true, imsg: { cliPath: 'imsg' } })
    expect([...off.problems, ...unset.problems, ...other.problems]).toEqual([])
  })

  it('share their accounts', async () => {
    const { config } = await one({
      imessage: {
        transport: 'bluebubbles',
        accounts: { home: { dmPolicy: 'allowlist', allowFrom: ['a@b.org'] } },
      },
      bluebubbles: {
        accounts: { home: server, work: { ...server, serverUrl: 'http://127.0.0.1:1235' } },
      },
    })
    expect(config.imessage.map(({ account, policy }) => [account, policy.policy])).toEqual([
      ['home', 'allowlist'],
      ['work', 'pairing'],
    ])
    expect(config.imessage.map(({ bluebubbles }) => bluebubbles?.webhookPath)).toEqual([
      '/bluebubbles-webhook/home',
      '/bluebubbles-webhook/work',
    ])
    expect(complaints(config)).toEqual([])
  })
})

describe('imsg', () => {
  it('is meant where one of its keys or the transport is written', async () => {
    const imessage = {
      cliPath: '~/imsg',
      dbPath: '/db',
      remoteHost: 'me@mac',
      service: 'sms',
      region: 'NL',
    }
    expect((await one({ imessage })).account?.imsg).toEqual(imessage)
    expect((await one({ imessage: { transport: 'imsg' } })).account?.imsg).toMatchObject({
      cliPath: undefined,
      service: 'auto',
    })
    expect((await one({ imessage: {} })).account).toMatchObject({
      imsg: undefined,
      bluebubbles: undefined,
    })
    expect((await one({})).account).toBeUndefined()
  })

  it('with a key that cannot be read is not started', async () => {
    const { account, problems } = await one({ imessage: { cliPath: 5 } })
    expect(account?.imsg).toBeUndefined()
    expect(problems).toEqual(['error channels.imessage.cliPath'])
  })
})

describe('two accounts', () => {
  it.each([
    ['server', { bluebubbles: { ...server, accounts: { a: {}, b: {} } } }],
    ['executable', { imessage: { cliPath: 'imsg', accounts: { a: {}, b: {} } } }],
  ])('of one %s are refused', async (_, channels) => {
    const { problems } = await one(channels)
    expect(problems).toEqual([
      'error channels.'.concat(Object.keys(channels)[0] ?? '', '.accounts.b'),
    ])
  })
})

describe('an owner', () => {
  it('is named by bluebubbles: as by imessage:', async () => {
    const entries = ['bluebubbles:+15551234567', 'imessage:Bob@Example.org']
    const config = await load({ commands: { ownerAllowFrom: entries } })
    expect(config.policyOf(at('imessage')).owners).toEqual(['+15551234567', 'bob@example.org'])
    expect(config.ownerChannels).toEqual(['imessage'])
  })
})
