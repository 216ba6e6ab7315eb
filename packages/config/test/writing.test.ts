import { describe, expect, it } from 'vitest'
import { complaints, load } from './support.ts'

const TOKEN = '1111111111:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
const telegram = (fields: object) =>
  load({ channels: { telegram: { botToken: TOKEN, ...fields } } })
const discord = (fields: object) => load({ channels: { discord: { token: 'x', ...fields } } })

describe('how long texts are cut', () => {
  it('is as the reference says where nothing is written, and never longer than a platform takes', async () => {
    const { problems, ...config } = await load({
      channels: {
        telegram: { botToken: TOKEN },
        discord: { token: 'x' },
        slack: { botToken: 'xoxb-1', appToken: 'xapp-1' },
        whatsapp: { accounts: { web: {}, cloud: { transport: 'cloud' } } },
        signal: { httpUrl: 'http://127.0.0.1:8080' },
        imessage: { cliPath: 'imsg' },
      },
    })
    expect(problems).toEqual([])
    const limit = (units: number) => [{ chunks: { limit: units, mode: 'length' } }]
    expect(config.telegram).toMatchObject(limit(4_000))
    expect(config.slack).toMatchObject(limit(4_000))
    expect(config.imessage).toMatchObject(limit(4_000))
    expect(config.signal).toMatchObject(limit(2_000))
    expect(config.whatsapp).toMatchObject([...limit(4_000), ...limit(4_096)])
    expect(config.discord).toEqual([
      expect.objectContaining({ chunks: { limit: 2_000, mode: 'length', lines: 17 } }),
    ])
  })

  it('is told where more is asked for than a platform takes, and that holds', async () => {
    const config = await discord({ textChunkLimit: 4_000, maxLinesPerMessage: 40 })
    expect(config.discord).toMatchObject([{ chunks: { limit: 2_000, lines: 40 } }])
    expect(complaints(config)).toEqual(['warning channels.discord.textChunkLimit'])
  })

  it('is what the account says, else the channel', async () => {
    const accounts = { a: { textChunkLimit: 300 }, b: { chunkMode: 'length' } }
    const config = await telegram({ textChunkLimit: 1_000, chunkMode: 'newline', accounts })
    expect(config.telegram.map(({ account, chunks }) => [account, chunks])).toEqual([
      ['default', { limit: 1_000, mode: 'newline' }],
      ['a', { limit: 300, mode: 'newline' }],
      ['b', { limit: 1_000, mode: 'length' }],
    ])
  })

  it.each([[0], [-1], [99], [12.5], ['many'], [null]])('refuses %j', async (textChunkLimit) => {
    const config = await telegram({ textChunkLimit })
    expect(complaints(config)).toEqual(['error channels.telegram.textChunkLimit'])
    expect(config.telegram).toMatchObject([{ chunks: { limit: 4_000 } }])
  })
})

describe('how often a text is tried', () => {
  it('is as the reference says where nothing is written', async () => {
    const retry = { attempts: 3, minDelayMs: 400, maxDelayMs: 30_000, jitter: 0.1 }
    expect((await telegram({})).telegram).toMatchObject([{ retry }])
    expect((await discord({})).discord).toMatchObject([{ retry: { ...retry, minDelayMs: 500 } }])
  })

  it('is what the account says, key by key, else the channel', async () => {
    const accounts = { default: { retry: { attempts: 1 } } }
    const config = await telegram({ retry: { minDelayMs: 50, jitter: 0 }, accounts })
    expect(config.telegram).toMatchObject([
      { retry: { attempts: 1, minDelayMs: 50, maxDelayMs: 30_000, jitter: 0 } },
    ])
  })

  it.each([
    [{ attempts: 0 }, 'attempts'],
    [{ attempts: 11 }, 'attempts'],
    [{ minDelayMs: 60_001 }, 'minDelayMs'],
    [{ maxDelayMs: -1 }, 'maxDelayMs'],
    [{ minDelayMs: 500, maxDelayMs: 400 }, 'maxDelayMs'],
    [{ jitter: 1.5 }, 'jitter'],
    [{ jitter: 'some' }, 'jitter'],
  ])('refuses %j', async (retry, key) => {
    const config = await telegram({ retry })
    expect(complaints(config)).toEqual([`error channels.telegram.retry.${key}`])
  })
})

describe('a slip inside an object of keys', () => {
  it('is warned of, and the default holds', async () => {
    const config = await load({
      channels: {
        telegram: { botToken: TOKEN, retry: { attempt: 2 }, network: { autoSelectfamily: false } },
        discord: { token: 'x', retry: { minDelay: 5 } },
      },
      web: { reconnect: { initialMS: 5_000 }, reconect: {} },
    })
    expect(complaints(config)).toEqual([
      'warning channels.discord.retry.minDelay',
      'warning channels.telegram.network.autoSelectfamily',
      'warning channels.telegram.retry.attempt',
      'warning web.reconect',
      'warning web.reconnect.initialMS',
    ])
    expect(config.telegram).toMatchObject([{ retry: { attempts: 3 } }])
  })
})

describe('how Telegram is reached', () => {
  it('is as Node and the network are where nothing is written', async () => {
    expect((await telegram({})).telegram).toMatchObject([
      { requestMs: 15_000, proxy: undefined, autoSelectFamily: undefined },
    ])
  })

  it('through a proxy, whose password no problem shows', async () => {
    const config = await telegram({ proxy: 'http://me:p%40ss@proxy.example.org:3128' })
    expect(config.telegram).toMatchObject([{ proxy: 'http://me:p%40ss@proxy.example.org:3128/' }])
    expect(config.problems).toEqual([])
  })

  it.each([
    ['socks5://me:hunter2@proxy.example.org'],
    ['me:hunter2@proxy.example.org:3128'],
    ['http://me:hunter2@proxy.example.org/path'],
    ['http://me:hunter2%@proxy.example.org'],
  ])('not at all where the proxy cannot be used: nothing goes round it (%s)', async (proxy) => {
    const config = await telegram({ proxy })
    expect(complaints(config)).toEqual(['error channels.telegram.proxy'])
    expect(config.telegram).toMatchObject([{ botToken: undefined, proxy: undefined }])
    expect(JSON.stringify(config.problems)).not.toContain('hunter2')
  })

  it('never with the token in clear', async () => {
    const apiRoot = 'http://127.0.0.1:8081'
    const away = await telegram({ apiRoot, proxy: 'http://proxy.example.org:3128' })
    expect(complaints(away)).toEqual(['error channels.telegram.proxy'])
    const here = await telegram({ apiRoot, proxy: 'http://127.0.0.1:3128' })
    expect(here.problems).toEqual([])
  })
})

describe('linked devices of WhatsApp', () => {
  const linked = (web: unknown) =>
    load({ web, channels: { whatsapp: { accounts: { web: {}, cloud: { transport: 'cloud' } } } } })

  it('connect again as the reference says where nothing is written', async () => {
    const reconnect = {
      ...{ initialMs: 2_000, maxMs: 120_000, factor: 1.4, jitter: 0.2, maxAttempts: 0 },
    }
    expect((await linked(undefined)).whatsapp).toMatchObject([{ reconnect }, {}])
    const config = await linked({ heartbeatSeconds: 60, reconnect: { maxAttempts: 5, factor: 2 } })
    expect(config.problems).toEqual([])
    expect(config.whatsapp).toMatchObject([
      { reconnect: { ...reconnect, maxAttempts: 5, factor: 2 } },
      {},
    ])
  })

  it.each([[{ enabled: false }], [{ enabled: 'no' }]])(
    'are off with %j, and they alone',
    async (web) => {
      const { whatsapp } = await linked(web)
      expect(whatsapp.map(({ enabled }) => enabled)).toEqual([false, true])
    },
  )

  it.each([
    [{ initialMs: 10 }, 'initialMs'],
    [{ maxMs: 3_600_001 }, 'maxMs'],
    [{ initialMs: 5_000, maxMs: 4_000 }, 'maxMs'],
    [{ factor: 1 }, 'factor'],
    [{ jitter: -0.1 }, 'jitter'],
    [{ maxAttempts: -1 }, 'maxAttempts'],
  ])('refuse %j', async (reconnect, key) => {
    expect(complaints(await linked({ reconnect }))).toEqual([`error web.reconnect.${key}`])
  })
})
