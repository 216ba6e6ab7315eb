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
    [{ cliPath: '/usr/bin/signal-cli' }, ['http://127.0.0.1:8080', undefined]],
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
    [{ account: '15550000000' }, 'account'],
    [{ account: 'uuid:3f0c6e7a-1b2c-4d5e-8f90-a1b2c3d4e5f6' }, 'account'],
  ])('%j is an error, and nothing is connected', async (section, key) => {
    const config = await signalOf(section)
    expect(complaints(config)).toEqual([`error channels.signal.${key}`])
    expect(config.signal[0]?.httpUrl).toBeUndefined()
  })

  it('is not started by us, and that is said', async () => {
    const config = await signalOf({ autoStart: true, account: '+15550000000' })
    expect(complaints(config)).toEqual(['warning channels.signal.autoStart'])
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
