import { describe, expect, it } from 'vitest'
import { complaints, load } from './support.ts'

const TOKEN = 'a-long-random-secret-of-32-chars'

const gateway = async (written: unknown, env: Record<string, string> = {}) => {
  const config = await load({ gateway: written }, { env, tailnetAddress: () => undefined })
  return { ...config.gateway, complaints: complaints(config) }
}

describe('the port', () => {
  it('comes from the environment, the file, or the default', async () => {
    expect(
      await gateway(
        { port: 5000 },
        { OPENCLAW_GATEWAY_PORT: '6000', CLAWDBOT_GATEWAY_PORT: '7000' },
      ),
    ).toMatchObject({ port: 6000 })
    expect(await gateway({ port: 5000 }, { CLAWDBOT_GATEWAY_PORT: '7000' })).toMatchObject({
      port: 7000,
    })
    expect(await gateway({ port: 5000 }, { OPENCLAW_GATEWAY_PORT: ' ' })).toMatchObject({
      port: 5000,
    })
    expect(await gateway({})).toMatchObject({ port: 18_789, complaints: [] })
  })

  it('of the profile dev is its own', async () => {
    const config = await load({}, { args: { dev: true } })
    expect(config.gateway.port).toBe(19_001)
  })

  it.each([0, 65_536, -1, 1.5, 'x', '', true, null, { a: 1 }])('is refused as %j', async (port) => {
    expect(await gateway({ port })).toMatchObject({
      port: 18_789,
      complaints: ['error gateway.port'],
    })
  })

  it('is refused as a list, whatever is in it', async () => {
    expect(await gateway({ port: [5000] })).toMatchObject({ complaints: ['error gateway.port'] })
  })

  it.each(['0', '65536', 'abc', '18789x', '-1', '1e3', '99999999'])(
    'is refused as OPENCLAW_GATEWAY_PORT=%s',
    async (port) => {
      expect(await gateway({ port: 5000 }, { OPENCLAW_GATEWAY_PORT: port })).toMatchObject({
        port: 5000,
        complaints: ['error OPENCLAW_GATEWAY_PORT'],
      })
    },
  )
})

describe('the token', () => {
  it('in the file outranks the environment, as on the gateway’s side of OpenClaw', async () => {
    const auth = { token: TOKEN }
    expect(await gateway({ auth }, { OPENCLAW_GATEWAY_TOKEN: 'other' })).toMatchObject({
      token: TOKEN,
    })
    expect(await gateway({}, { OPENCLAW_GATEWAY_TOKEN: TOKEN })).toMatchObject({
      token: TOKEN,
      complaints: [],
    })
    expect(await gateway({}, { CLAWDBOT_GATEWAY_TOKEN: TOKEN })).toMatchObject({ token: TOKEN })
  })

  it('that is short is warned of', async () => {
    expect(await gateway({ auth: { token: 'short' } })).toMatchObject({
      token: 'short',
      complaints: ['warning gateway.auth.token'],
    })
  })

  it('that cannot be used is an error, and the environment does not stand in', async () => {
    for (const token of ['', 'a b', 5, null])
      expect(await gateway({ auth: { token } }, { OPENCLAW_GATEWAY_TOKEN: TOKEN })).toMatchObject({
        token: undefined,
        complaints: ['error gateway.auth.token'],
      })
    expect(await gateway({}, { OPENCLAW_GATEWAY_TOKEN: 'a b' })).toMatchObject({
      token: undefined,
      complaints: ['error OPENCLAW_GATEWAY_TOKEN'],
    })
  })
})

describe('the kind of secret', () => {
  it('is the token, the password where there is one, or what is written', async () => {
    expect(await gateway({})).toMatchObject({ auth: 'token' })
    const both = { token: TOKEN, password: TOKEN }
    expect(await gateway({ auth: both })).toMatchObject({ auth: 'password' })
    expect(await gateway({ auth: { ...both, mode: 'token' } })).toMatchObject({ auth: 'token' })
    expect(await gateway({}, { OPENCLAW_GATEWAY_PASSWORD: TOKEN })).toMatchObject({
      auth: 'password',
      password: TOKEN,
      complaints: [],
    })
  })

  it.each(['none', 'trusted-proxy', 'nonsense', 5])('is refused as %j', async (mode) => {
    expect(await gateway({ auth: { mode } })).toMatchObject({
      auth: 'token',
      complaints: ['error gateway.auth.mode'],
    })
  })
})

describe('commands of nodes', () => {
  it('are listed by name', async () => {
    const nodes = { allowCommands: ['camera.snap', 'x'], denyCommands: ['system.run'] }
    expect(await gateway({ nodes })).toMatchObject({ nodes, complaints: [] })
  })

  it.each(['', '*', 'camera.', 'a b', 5, 'x'.repeat(200)])('are refused as %j', async (command) => {
    expect(await gateway({ nodes: { denyCommands: [command] } })).toMatchObject({
      complaints: ['error gateway.nodes.denyCommands.0'],
    })
  })
})

describe('pages elsewhere', () => {
  it('are named by their origin', async () => {
    const allowedOrigins = ['https://ui.example.org', 'http://127.0.0.1:5173']
    expect(await gateway({ controlUi: { allowedOrigins } })).toMatchObject({
      allowedOrigins,
      complaints: [],
    })
  })

  it.each(['*', 'ui.example.org', 'https://ui.example.org/', 'https://a/b', 'file:///x', 'null'])(
    'are refused as %j',
    async (origin) => {
      expect(await gateway({ controlUi: { allowedOrigins: [origin] } })).toMatchObject({
        allowedOrigins: [],
        complaints: ['error gateway.controlUi.allowedOrigins.0'],
      })
    },
  )
})

describe('devices', () => {
  const devices = async (written: unknown) => {
    const config = await load({ pairing: { devices: written } })
    return { ...config.devices, complaints: complaints(config) }
  }

  it('wait within a bound, and nobody is let in silently unless that is written', async () => {
    expect(await devices({ autoApproveLocal: true, maxPending: 5 })).toEqual({
      autoApproveLocal: true,
      maxPending: 5,
      complaints: [],
    })
    expect(await devices({ autoApproveLocal: 'yes', maxPending: 0, other: 1 })).toMatchObject({
      autoApproveLocal: false,
      maxPending: 50,
    })
  })
})

describe('the bind', () => {
  it.each([
    ['loopback', '127.0.0.1'],
    ['auto', '127.0.0.1'],
    ['lan', '0.0.0.0'],
  ])('%s listens on %s', async (bind, host) => {
    expect(await gateway({ bind, auth: { token: TOKEN } })).toMatchObject({
      bind,
      host,
      complaints: [],
    })
  })

  it('wider than loopback is refused without a token, and stays narrow', async () => {
    expect(await gateway({ bind: 'lan' })).toMatchObject({
      bind: 'loopback',
      host: '127.0.0.1',
      complaints: ['error gateway.bind'],
    })
    for (const auth of [
      { mode: 'password', token: TOKEN },
      { mode: 'token', password: TOKEN },
    ])
      expect(await gateway({ bind: 'lan', auth })).toMatchObject({ host: '127.0.0.1' })
    expect(await gateway({ bind: 'lan', auth: { password: TOKEN } })).toMatchObject({
      auth: 'password',
      host: '0.0.0.0',
      complaints: [],
    })
    expect(await gateway({ bind: 'custom', customBindHost: '10.0.0.5' })).toMatchObject({
      host: '127.0.0.1',
    })
    expect(await gateway({ bind: 'lan' }, { OPENCLAW_GATEWAY_TOKEN: TOKEN })).toMatchObject({
      host: '0.0.0.0',
    })
  })

  it('custom takes an address', async () => {
    const auth = { token: TOKEN }
    for (const customBindHost of ['10.0.0.5', '::1', 'fd00::1', '127.0.0.2'])
      expect(await gateway({ bind: 'custom', customBindHost, auth })).toMatchObject({
        host: customBindHost,
        complaints: [],
      })
    expect(await gateway({ bind: 'custom', customBindHost: '127.0.0.2' })).toMatchObject({
      host: '127.0.0.2',
      complaints: [],
    })
    for (const customBindHost of [
      'example.org',
      '1.2.3',
      '1.2.3.256',
      '01.2.3.4',
      '::g',
      '10.0.0.5:80',
      'fe80::1%eth0',
      undefined,
    ])
      expect(await gateway({ bind: 'custom', customBindHost, auth })).toMatchObject({
        host: '127.0.0.1',
        complaints: ['error gateway.customBindHost'],
      })
  })

  it('tailnet takes the address of the tailnet', async () => {
    const written = { gateway: { bind: 'tailnet', auth: { token: TOKEN } } }
    const config = await load(written, { tailnetAddress: () => '100.101.102.103' })
    expect(config.gateway).toMatchObject({ bind: 'tailnet', host: '100.101.102.103' })
    expect(await gateway(written.gateway)).toMatchObject({
      host: '127.0.0.1',
      complaints: ['error gateway.bind'],
    })
  })

  it.each(['all', '0.0.0.0', null, 5])('is refused as %j', async (bind) => {
    expect(await gateway({ bind, auth: { token: TOKEN } })).toMatchObject({
      host: '127.0.0.1',
      complaints: ['error gateway.bind'],
    })
  })
})

describe('the rest', () => {
  it('reads proxies as addresses and networks', async () => {
    const trustedProxies = ['10.0.0.5', '10.0.0.0/8', '::1', 'fd00::/8']
    expect(await gateway({ trustedProxies })).toMatchObject({ trustedProxies, complaints: [] })
    for (const wrong of [
      'proxy.example.org',
      '10.0.0.0/33',
      '10.0.0.0/',
      '10.0.0.0/8/8',
      'fd00::/129',
      '',
      5,
      null,
    ])
      expect(await gateway({ trustedProxies: [wrong] })).toMatchObject({
        trustedProxies: [],
        complaints: ['error gateway.trustedProxies.0'],
      })
    expect((await gateway({ trustedProxies: ['0.0.0.0/0'] })).complaints).toEqual([
      'warning gateway.trustedProxies.0',
    ])
  })

  it('reads the form of the log', async () => {
    const config = await load({ pairing: { logFormat: 'json' } })
    expect(config.gateway.logFormat).toBe('json')
    expect(complaints(await load({ pairing: { logFormat: 'xml' } }))).toEqual([
      'error pairing.logFormat',
    ])
  })

  it.each([null, [], 'x', 5])('is careful where the section is %j', async (section) => {
    expect(await gateway(section)).toMatchObject({
      host: '127.0.0.1',
      port: 18_789,
      complaints: ['error gateway'],
    })
  })
})
