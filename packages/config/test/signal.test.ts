import { describe, expect, it } from 'vitest'
import { complaints, load } from './support.ts'

const signalOf = (section: unknown) => load({ channels: { signal: section } })

const daemons = (config: Awaited<ReturnType<typeof load>>) =>
  Object.fromEntries(
    config.signal.map(({ account, httpUrl, number }) => [account, [httpUrl, number]]),
  )

describe('the daemon of Signal', () => {
  it.each([
    [{ account: '+15550000000' }, ['http://127.0.0.1:8080', '+15550000000']],
    [{ account: 'signal:+1 (555) 000-0000' }, ['http://127.0.0.1:8080', '+15550000000']],
    [{ httpUrl: 'http://localhost:9000/' }, ['http://localhost:9000', undefined]],
    [{ httpUrl: 'https://signal.example.org/box' }, ['https://signal.example.org/box', undefined]],
    [{ httpPort: 9000 }, ['http://127.0.0.1:9000', undefined]],
    [{ httpHost: '::1', httpPort: 9000 }, ['http://[::1]:9000', undefined]],
  ])('%j is at %j', async (section, daemon) => {
    const config = await signalOf(section)
    expect(daemons(config)).toEqual({ default: daemon })
    expect(config.problems).toEqual([])
    expect(config.accounts).toContainEqual(config.signal[0])
  })

  it.each([{}, { dmPolicy: 'pairing' }, { autoStart: false }])(
    'is not looked for where nothing says that there is one: %j',
    async (section) => {
      expect(daemons(await signalOf(section))).toEqual({ default: [undefined, undefined] })
    },
  )

  it('has no account without a section', async () => {
    expect((await load({})).signal).toEqual([])
  })

  it.each([
    [{ httpUrl: 'http://192.168.1.5:8080' }, 'httpUrl'],
    [{ httpUrl: 'http://127.0.0.1:8080/api/v1/rpc' }, 'httpUrl'],
    [{ httpUrl: 'http://127.0.0.1:8080/?account=1' }, 'httpUrl'],
    [{ httpUrl: 'http://me:secret@127.0.0.1:8080' }, 'httpUrl'],
    [{ httpHost: '0.0.0.0' }, 'httpHost'],
    [{ httpPort: 0 }, 'httpPort'],
    [{ autoStart: 'yes', account: '+15550000000' }, 'autoStart'],
    [{ account: '+15550000000', cliPath: '' }, 'cliPath'],
    [{ account: '+15550000000', startupTimeoutMs: 120_001 }, 'startupTimeoutMs'],
    [{ account: '+15550000000', startupTimeoutMs: 999 }, 'startupTimeoutMs'],
    [{ account: '+15550000000', receiveMode: 'always' }, 'receiveMode'],
    [{ account: '+15550000000', ignoreAttachments: 'no' }, 'ignoreAttachments'],
    [{ account: '+15550000000', ignoreStories: 1 }, 'ignoreStories'],
    [{ httpUrl: 'http://127.0.0.1:8080', sendReadReceipts: 'no' }, 'sendReadReceipts'],
    [{ account: '15550000000' }, 'account'],
    [{ account: 'uuid:3f0c6e7a-1b2c-4d5e-8f90-a1b2c3d4e5f6' }, 'account'],
  ])('%j is an error, and nothing is connected', async (section, key) => {
    const config = await signalOf(section)
    expect(complaints(config)).toEqual([`error channels.signal.${key}`])
    expect(config.signal[0]?.httpUrl).toBeUndefined()
  })
})

describe('the signal-cli of an account', () => {
  const account = '+15550000000'
  const usual = {
    ...{ cliPath: 'signal-cli', startupTimeoutMs: 30_000, receiveMode: 'on-connection' },
    ...{ ignoreAttachments: false, ignoreStories: false, sendReadReceipts: false },
  }

  it.each([
    [{ account }, {}],
    [{ account, autoStart: true }, {}],
    [{ account, httpUrl: 'http://localhost:9000', autoStart: true }, {}],
    [{ account, cliPath: '~/bin/signal-cli' }, { cliPath: '~/bin/signal-cli' }],
    [{ account, startupTimeoutMs: 120_000 }, { startupTimeoutMs: 120_000 }],
    [{ account, receiveMode: 'on-connection' }, {}],
    [
      { account, ignoreAttachments: true, ignoreStories: true },
      { ignoreAttachments: true, ignoreStories: true },
    ],
    [{ account, sendReadReceipts: true }, { sendReadReceipts: true }],
  ])('%j: the gateway starts it', async (section, changes) => {
    const config = await signalOf(section)
    expect(config.signal[0]?.daemon).toEqual({ ...usual, ...changes })
    expect(config.problems).toEqual([])
  })

  it.each([
    { account, httpUrl: 'http://127.0.0.1:8080' },
    { account, httpUrl: 'https://signal.example.org' },
    { account, autoStart: false },
    { httpPort: 8080 },
    { account, httpUrl: 'http://127.0.0.1:8080', ignoreStories: false, cliPath: 'signal-cli' },
  ])('%j: somebody else starts it', async (section) => {
    const config = await signalOf(section)
    expect(config.signal[0]).toMatchObject({ daemon: undefined, httpUrl: expect.anything() })
    expect(config.problems).toEqual([])
  })

  it.each([
    [{ autoStart: true }, 'autoStart', undefined],
    [{ cliPath: 'signal-cli' }, 'cliPath', undefined],
    [{ account, httpUrl: 'https://signal.example.org', autoStart: true }, 'autoStart', undefined],
    [{ account, httpUrl: 'http://127.0.0.1:80/box', autoStart: true }, 'autoStart', undefined],
    [{ account, autoStart: false, sendReadReceipts: true }, 'sendReadReceipts', undefined],
    [{ account, autoStart: false, receiveMode: 'on-start' }, 'receiveMode', undefined],
    [{ account, cliPath: 'bin/signal-cli' }, 'cliPath', { cliPath: 'bin/signal-cli' }],
    [{ account, receiveMode: 'on-start' }, 'receiveMode', { receiveMode: 'on-start' }],
    [{ account, receiveMode: 'manual' }, 'receiveMode', {}],
  ])('%j is warned of, and used as far as it can be', async (section, key, changes) => {
    const config = await signalOf(section)
    expect(new Set(complaints(config))).toEqual(new Set([`warning channels.signal.${key}`]))
    expect(config.signal[0]?.httpUrl).toBeDefined()
    expect(config.signal[0]?.daemon).toEqual(changes && { ...usual, ...changes })
  })

  it('is each account’s own, with what the channel says for all', async () => {
    const config = await signalOf({
      ignoreStories: true,
      startupTimeoutMs: 60_000,
      accounts: {
        home: { account, ignoreStories: false },
        work: { account: '+15550000002', httpPort: 8081, cliPath: '/opt/signal-cli' },
        afar: {
          account: '+15550000003',
          httpUrl: 'https://signal.example.org',
          ignoreStories: false,
        },
      },
    })
    expect(config.problems).toEqual([])
    expect(config.signal.map(({ daemon }) => daemon)).toEqual([
      { ...usual, startupTimeoutMs: 60_000 },
      { ...usual, startupTimeoutMs: 60_000, ignoreStories: true, cliPath: '/opt/signal-cli' },
      undefined,
    ])
  })

  it.each([
    [{ home: {}, work: { account: '+15550000002' } }],
    [{ home: {}, work: { account: '+15550000002', httpHost: 'localhost' } }],
    [{ home: {}, work: { account: '+15550000002', autoStart: false } }],
    [{ home: { autoStart: false }, work: { account: '+15550000002' } }],
    [{ home: {}, work: { account: '+15550000002', httpUrl: 'http://127.0.0.1:8080' } }],
  ])('is at an address of its own: %j', async (accounts) => {
    const config = await signalOf({ account, accounts })
    expect(complaints(config)).toEqual(['error channels.signal.accounts.work'])
    const [problem] = config.problems
    expect(problem?.problem).toContain('"home"')
    expect(problem?.fix).toContain('httpPort')
  })

  it('is shared by accounts where somebody else starts it for all, and nobody is in the way who is off', async () => {
    const accounts = { home: {}, work: { account: '+15550000002' } }
    for (const shared of [{ autoStart: false }, { httpUrl: 'http://127.0.0.1:8080' }])
      expect((await signalOf({ account, ...shared, accounts })).problems).toEqual([])
    const off = { home: {}, work: { account: '+15550000002', enabled: false } }
    expect((await signalOf({ account, accounts: off })).problems).toEqual([])
  })

  it('is one for a number: two would wait for each other', async () => {
    const accounts = { home: {}, work: { httpPort: 8081 } }
    const config = await signalOf({ account, accounts })
    expect(complaints(config)).toEqual(['error channels.signal.accounts.work'])
    expect(config.problems[0]?.problem).toContain('the same Signal account')
  })
})

describe('several accounts of Signal', () => {
  it('inherit the daemon, and have numbers of their own', async () => {
    const config = await signalOf({
      httpUrl: 'http://127.0.0.1:9000',
      accounts: {
        home: { account: '+15550000001' },
        work: { account: '+15550000002', httpUrl: 'http://127.0.0.1:9001', enabled: false },
      },
    })
    expect(daemons(config)).toEqual({
      home: ['http://127.0.0.1:9000', '+15550000001'],
      work: ['http://127.0.0.1:9001', '+15550000002'],
    })
    expect(config.signal.map(({ enabled }) => enabled)).toEqual([true, false])
  })

  it('with one number on one daemon are an error', async () => {
    const accounts = { home: {}, work: { account: '+15550000001' } }
    const config = await signalOf({ account: '+15550000001', accounts })
    expect(complaints(config)).toEqual(['error channels.signal.accounts.work'])
    const apart = { home: {}, work: { httpUrl: 'http://127.0.0.1:9001' } }
    expect((await signalOf({ account: '+15550000001', accounts: apart })).problems).toEqual([])
  })
})

it('strangers are answered on Signal only where a policy is written', async () => {
  const modeOf = async (section: unknown) => (await signalOf(section)).signal[0]?.policy.replyMode
  expect(await modeOf({ account: '+15550000000' })).toBe('silent')
  expect(await modeOf({ account: '+15550000000', dmPolicy: 'pairing' })).toBe('code')
})
