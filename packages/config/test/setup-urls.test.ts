import { BlockList, isIP } from 'node:net'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type SetupMachine,
  type SetupWish,
  setupUrlsOf,
  type TailscaleStatus,
} from '../src/index.ts'
import { complaints, load } from './support.ts'

const PIN = 'ab'.repeat(32)
const OWN = { fingerprint: PIN, signedBy: 'itself' } as const
const PUBLIC_CA = { fingerprint: PIN, signedBy: 'an-authority' } as const
const ADDRESSES = ['192.168.1.5', 'fd00::5', '10.0.0.7', '100.101.1.2', '203.0.113.9']

interface Place {
  readonly host?: string
  readonly port?: number
  readonly tls?: SetupMachine['gateway']['tls']
  readonly runs?: boolean
  readonly addresses?: readonly string[]
  readonly tailscale?: TailscaleStatus
}

/** A machine, and how often Tailscale was asked. */
function machineAt(place: Place = {}) {
  const { addresses = ADDRESSES, tailscale = { outcome: 'missing' }, ...gateway } = place
  const asked: string[] = []
  const machine: SetupMachine = {
    gateway: { host: '127.0.0.1', port: 18_789, tls: 'off', runs: true, ...gateway },
    addresses: () => addresses,
    tailscaleStatus: async () => {
      asked.push('tailscale')
      return tailscale
    },
  }
  return { machine, asked }
}

const urlsOf = async (written: unknown, place: Place = {}, wish: SetupWish = {}) =>
  setupUrlsOf(await load(written), machineAt(place).machine, wish)

const variable = (name: string): string => ['$', '{', name, '}'].join('')
const entry = (publicUrl: unknown) => ({
  plugins: { entries: { 'device-pair': { config: { publicUrl } } } },
})
const answer = (json: unknown): TailscaleStatus => ({
  outcome: 'answered',
  text: typeof json === 'string' ? json : JSON.stringify(json),
})
const serve = (mode = 'serve') => ({
  gateway: { tailscale: { mode }, trustedProxies: ['127.0.0.1'] },
})
const running = (self: unknown) => answer({ BackendState: 'Running', Self: self })

describe('the order', () => {
  const named = running({ DNSName: 'gw.tail1.ts.net.' })
  const all = {
    gateway: { ...serve().gateway, remote: { url: 'wss://remote.example.org' } },
    ...entry('wss://public.example.org'),
  }
  const open = { host: '0.0.0.0' }

  it.each([
    ['--url', all, { url: 'wss://given.example.org' }, 'wss://given.example.org'],
    ['plugins.entries.device-pair.config.publicUrl', all, {}, 'wss://public.example.org'],
    ['gateway.tailscale.mode=serve', { ...all, plugins: {} }, {}, 'wss://gw.tail1.ts.net'],
    ['gateway.tailscale.mode=funnel', serve('funnel'), {}, 'wss://gw.tail1.ts.net'],
    [
      'gateway.remote.url',
      { gateway: { remote: all.gateway.remote } },
      {},
      'wss://remote.example.org',
    ],
    ['gateway.remote.url', all, { order: 'remote' }, 'wss://remote.example.org'],
    ['gateway.tailscale.mode=serve', serve(), { order: 'remote' }, 'wss://gw.tail1.ts.net'],
    ['gateway.bind=lan', {}, {}, 'ws://192.168.1.5:18789'],
  ] as const)('takes %s from %j with %j', async (source, config, wish, url) => {
    expect(await urlsOf(config, { ...open, tailscale: named }, wish)).toMatchObject({
      ok: true,
      url,
      source,
      tlsFingerprint: undefined,
    })
  })

  it('asks Tailscale only where its turn comes', async () => {
    const { machine, asked } = machineAt()
    await setupUrlsOf(await load({}), machine)
    await setupUrlsOf(await load({ ...serve(), ...entry('wss://a.example.org') }), machine)
    expect(asked).toEqual([])
    await setupUrlsOf(await load(serve()), machine)
    expect(asked).toEqual(['tailscale'])
  })

  it('that comes to nothing names the file to write into', async () => {
    const config = await load({})
    const found = await setupUrlsOf(config, machineAt().machine)
    expect(found).toMatchObject({ ok: false, file: config.paths.configPath })
  })

  it('does not pass over what is wrong', async () => {
    const config = { ...entry('ftp://a.example.org'), ...serve() }
    expect(await urlsOf(config, { ...open, tailscale: named })).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/^plugins\.entries\.device-pair\.config\.publicUrl /),
    })
    expect(await urlsOf(serve(), open)).toMatchObject({ ok: false })
  })
})

describe('publicUrl', () => {
  it.each([
    ['wss://gw.example.org', 'wss://gw.example.org'],
    ['WSS://GW.Example.org:443/', 'wss://gw.example.org'],
    ['https://gw.example.org/openclaw/', 'wss://gw.example.org/openclaw'],
    ['https:gw.example.org', 'wss://gw.example.org'],
    ['//gw.example.org', 'wss://gw.example.org'],
    ['gw.example.org', 'wss://gw.example.org'],
    ['gw.example.org.:8443', 'wss://gw.example.org:8443'],
    ['gw.example.org:80', 'wss://gw.example.org:80'],
    ['http://192.168.1.5:18789', 'ws://192.168.1.5:18789'],
    ['192.168.1.5:18789', 'ws://192.168.1.5:18789'],
    ['localhost:18789', 'ws://localhost:18789'],
    ['ws:18789', 'wss://ws:18789'],
    ['[::1]:18789', 'ws://[::1]:18789'],
    ['[fd00::1]', 'ws://[fd00::1]'],
    ['box.local:18789', 'ws://box.local:18789'],
    ['ws://169.254.3.4', 'ws://169.254.3.4'],
    ['  wss://gw.example.org\n', 'wss://gw.example.org'],
    ['wss://gw.example.org/?token=geheim#x', 'wss://gw.example.org'],
    ['wss://gw.example.org/@home', 'wss://gw.example.org/@home'],
    ['wss://my_box.example.org', 'wss://my_box.example.org'],
    ['wss://bücher.example', 'wss://xn--bcher-kva.example'],
  ])('%j is %s', async (written, url) => {
    const found = await urlsOf({}, {}, { url: written })
    expect(found).toMatchObject({ ok: true, url, urls: [url], source: '--url' })
    expect(JSON.stringify(found)).not.toContain('geheim')
  })

  it.each([
    ['', /empty/],
    ['ftp://gw.example.org', /scheme/],
    ['javascript:alert(1)', /scheme/],
    ['ws://gw.example.org', /in clear over the internet/],
    ['http://203.0.113.9:18789', /in clear over the internet/],
    ['ws://100.101.1.2:18789', /in clear over a tailnet/],
    ['ws://172.32.0.1', /in clear/],
    ['ws://[fc0::1]', /in clear/],
    ['ws://[::ffff:203.0.113.9]', /in clear/],
    ['ws://localhost.example.org', /in clear/],
    ['wss://user:geheim@gw.example.org', /before “@”/],
    ['geheim@gw.example.org', /before “@”/],
    ['geheim:1234@gw.example.org', /before “@”/],
    ['geheim:1234@gw.example.org:18789/path', /before “@”/],
    ['ftp://user:geheim@gw.example.org', /before “@”/],
    ['geheim:port', /begins with a scheme that no gateway speaks: write/],
    ['ssh://gw.example.org', /speaks \(“ssh”\)/],
    ['wss://.', /no address/],
    ['wss://..', /no address/],
    ['wss://-', /no address/],
    ['wss://-gw.example.org', /no address/],
    ['wss://gw..example.org', /no address/],
    ['wss://gw.example.org:70000', /port above 65535/],
    ['wss://0.0.0.0:18789', /listen/],
    ['wss://[::]:18789', /listen/],
    ['wss://gw.example.org:0', /listen/],
    ['wss://', /no address/],
    ['wss://exa mple.org', /blanks/],
    ['wss://gw.example.org:port', /no address/],
    [`wss://${'a'.repeat(3000)}`, /too long/],
  ])('%j is refused with its reason, and none of a secret', async (written, why) => {
    const found = await urlsOf({}, {}, { url: written })
    expect(found).toMatchObject({ ok: false, problem: expect.stringMatching(why) })
    expect(found).toMatchObject({ fixes: expect.objectContaining({ length: 3 }) })
    expect(JSON.stringify(found)).not.toContain('geheim')
  })

  it('says what is odd about an address that it takes', async () => {
    const said = async (url: string, place: Place = {}) => {
      const found = await urlsOf({}, place, { url })
      return found.ok ? found.warnings.join('|') : found.problem
    }
    expect(await said('localhost:18789')).toMatch(/read as ws:.*only programs on this machine/)
    const open = { host: '0.0.0.0' }
    expect(await said('ws://10.0.0.7:18789', open)).toMatch(/^ws:\/\/ is not encrypted/)
    const port = /^no port is written, which means port 80; the gateway listens on port 18789\|ws:/
    expect(await said('ws://10.0.0.7', open)).toMatch(port)
    expect(await said('ws://10.0.0.7:80', open)).not.toMatch(/no port/)
    expect(await said('ws://localhost')).toMatch(/^no port/)
    expect(await said('wss://gw.example.org')).toMatch(/127\.0\.0\.1 alone.*trustedProxies/)
    expect(await said('wss://gw.example.org', { host: '0.0.0.0' })).toBe('')
    expect(await said('wss://gw.example.org/?a', { host: '0.0.0.0' })).toMatch(/left out/)
  })

  it('without a scheme speaks as the gateway does', async () => {
    const place = { host: '0.0.0.0', tls: OWN }
    expect(await urlsOf(entry('192.168.1.5:18789'), place)).toMatchObject({
      url: 'wss://192.168.1.5:18789',
      tlsFingerprint: PIN,
    })
  })
})

describe('the fingerprint', () => {
  const open = { host: '0.0.0.0', tls: OWN }

  it.each([
    ['of its own certificate, at its own port', 'wss://box.local:18789', open, PIN],
    ['on this machine', 'wss://localhost:18789', { tls: OWN }, PIN],
    [
      'not where somebody vouches for it',
      'wss://box.local:18789',
      { ...open, tls: PUBLIC_CA },
      undefined,
    ],
    ['not where another port answers', 'wss://gw.example.org', open, undefined],
    ['not where a proxy has to answer', 'wss://gw.example.org:18789', { tls: OWN }, undefined],
    ['not where there is none', 'wss://gw.example.org:18789', { host: '0.0.0.0' }, undefined],
  ])('is told %s', async (_, url, place, expected) => {
    expect(await urlsOf({}, place, { url })).toMatchObject({ ok: true, tlsFingerprint: expected })
  })

  it('of gateway.remote goes with its address', async () => {
    const remote = { url: 'wss://r.example.org', tlsFingerprint: `SHA256:${'AB:'.repeat(31)}AB` }
    expect(await urlsOf({ gateway: { remote } })).toMatchObject({ tlsFingerprint: PIN })
    const plain = { ...remote, url: 'ws://10.0.0.7:1' }
    expect(await urlsOf({ gateway: { remote: plain } })).toMatchObject({
      ok: true,
      tlsFingerprint: undefined,
    })
  })

  it('that is not made yet leaves no address to give', async () => {
    const place = { host: '0.0.0.0', tls: 'not-made', runs: false } as const
    for (const wish of [{}, { url: 'wss://box.local:18789' }])
      expect(await urlsOf({}, place, wish)).toMatchObject({
        ok: false,
        problem: expect.stringContaining('certificate'),
      })
    expect(await urlsOf({}, place, { url: 'wss://gw.example.org' })).toMatchObject({ ok: true })
  })
})

describe('Tailscale', () => {
  it.each([
    [running({ DNSName: 'GW.tail1.ts.net.' }), 'wss://gw.tail1.ts.net', 0],
    [answer({ Self: { DNSName: 'gw.tail1.ts.net' } }), 'wss://gw.tail1.ts.net', 0],
    [running({ DNSName: '', TailscaleIPs: ['100.101.1.2'] }), 'wss://100.101.1.2', 1],
    [running({ TailscaleIPs: ['fd7a:115c:a1e0::1'] }), 'wss://[fd7a:115c:a1e0::1]', 1],
  ])('that says %j is taken at its word', async (tailscale, url, warnings) => {
    expect(await urlsOf(serve(), { tailscale })).toMatchObject({
      url,
      warnings: expect.objectContaining({ length: warnings }),
    })
  })

  it.each([
    [{ outcome: 'missing' }, /no program/],
    [{ outcome: 'slow' }, /5 seconds/],
    [{ outcome: 'too-long' }, /more than/],
    [{ outcome: 'failed', why: 'exit code 1' }, /exit code 1/],
    [answer('nonsense'), /could be read/],
    [answer('[]'), /could be read/],
    [answer('null'), /could be read/],
    [answer({ BackendState: 'NeedsLogin', Self: {} }), /not connected \(NeedsLogin\)/],
    [answer({ BackendState: 'Stopped\u001b[2J', Self: {} }), /not connected$/],
    [running({ DNSName: 'evil host/path', TailscaleIPs: ['203.0.113.9', 5] }), /no name/],
    [running({ DNSName: 5, TailscaleIPs: 'x' }), /no name/],
  ] as const)('that comes to %j is told', async (tailscale, why) => {
    const found = await urlsOf(serve(), { tailscale })
    expect(found).toMatchObject({ ok: false, problem: expect.stringMatching(why) })
    expect(found).toMatchObject({ fixes: expect.objectContaining({ length: 3 }) })
  })

  it('is warned about where the gateway would refuse what it passes on', async () => {
    const config = { gateway: { tailscale: { mode: 'serve' } } }
    const found = await urlsOf(config, { tailscale: running({ DNSName: 'a.ts.net' }) })
    expect(found).toMatchObject({ warnings: [expect.stringContaining('trustedProxies')] })
  })
})

describe('what gateway.bind opens', () => {
  it.each([
    ['lan', { host: '0.0.0.0' }, ['ws://192.168.1.5:18789', 'ws://10.0.0.7:18789']],
    ['lan', { host: '::', port: 1 }, ['ws://192.168.1.5:1', 'ws://[fd00::5]:1', 'ws://10.0.0.7:1']],
    [
      'lan',
      { host: '0.0.0.0', tls: PUBLIC_CA },
      [
        'wss://192.168.1.5:18789',
        'wss://10.0.0.7:18789',
        'wss://100.101.1.2:18789',
        'wss://203.0.113.9:18789',
      ],
    ],
    ['tailnet', { host: '100.101.1.2', tls: OWN }, ['wss://100.101.1.2:18789']],
    ['custom', { host: '192.168.1.5' }, ['ws://192.168.1.5:18789']],
    ['custom', { host: 'fd00::5' }, ['ws://[fd00::5]:18789']],
  ] as const)('%s: %j is %j', async (bind, place, urls) => {
    expect(await urlsOf({}, place)).toMatchObject({
      ok: true,
      url: urls[0],
      urls,
      source: `gateway.bind=${bind}`,
    })
  })

  it('has at most 8 addresses', async () => {
    const addresses = Array.from({ length: 20 }, (_, index) => `10.0.0.${String(index + 1)}`)
    expect(await urlsOf({}, { host: '0.0.0.0', addresses })).toMatchObject({
      urls: expect.objectContaining({ length: 8 }),
    })
  })

  it.each([
    [{}, {}, /127\.0\.0\.1 alone/, /gateway\.bind: "lan"/],
    [{ gateway: { bind: 'auto' } }, {}, /127\.0\.0\.1 alone/, /gateway\.bind: "lan"/],
    [
      { gateway: { bind: 'lan', auth: { token: 'x'.repeat(32) } } },
      {},
      /the gateway that runs/,
      /start it again/,
    ],
    [{}, { host: '0.0.0.0', addresses: [] }, /no address in a network/, /Connect this machine/],
    [{}, { host: '0.0.0.0', addresses: ['203.0.113.9'] }, /the internet/, /tls\.enabled/],
    [{}, { host: '100.101.1.2' }, /the tailnet/, /tls\.enabled/],
  ])('of %j at %j is no address', async (config, place, problem, fix) => {
    const found = await urlsOf(config, place)
    expect(found).toMatchObject({ ok: false, problem: expect.stringMatching(problem) })
    expect(found).toMatchObject({
      fixes: [
        expect.stringContaining('publicUrl'),
        expect.stringContaining('tailscale serve --bg 18789'),
        expect.stringMatching(fix),
      ],
    })
  })

  it('needs a secret, where there is none yet', async () => {
    const token = { gateway: { auth: { token: 'x'.repeat(32) } } }
    expect(JSON.stringify(await urlsOf({}))).toContain('gateway.auth.token')
    expect(JSON.stringify(await urlsOf(token))).not.toContain('gateway.auth.token')
  })

  it('names what Tailscale has to pass on where the port speaks TLS', async () => {
    expect(await urlsOf({}, { tls: OWN, port: 5 })).toMatchObject({
      fixes: [
        expect.anything(),
        expect.stringContaining('https+insecure://localhost:5,'),
        expect.anything(),
      ],
    })
  })
})

describe('the keys', () => {
  it('are read where OpenClaw has them, and other plugins are left alone', async () => {
    const entries = {
      'device-pair': { enabled: false, config: { publicUrl: variable('PUB') } },
      foo: { a: variable('NO') },
    }
    const gateway = {
      tailscale: { mode: 'funnel', resetOnExit: true },
      remote: { token: variable('NO'), url: 'ws://h' },
    }
    const config = await load(
      { plugins: { allow: [], entries }, gateway },
      { env: { PUB: 'wss://a.org' } },
    )
    expect(config.devicePair).toEqual({ enabled: false, publicUrl: 'wss://a.org' })
    expect(config.gateway).toMatchObject({
      tailscale: 'funnel',
      remote: { url: 'ws://h', tlsFingerprint: undefined },
    })
    expect(config.ownKeys).toEqual([])
    expect(complaints(config)).toEqual([])
  })

  it('have defaults, and are complained about where they are wrong', async () => {
    const none = await load({})
    expect(none.devicePair).toEqual({ enabled: true, publicUrl: undefined })
    expect(none.gateway).toMatchObject({ tailscale: 'off', remote: undefined })
    const wrong = await load({
      plugins: { entries: { 'device-pair': { enabld: true, config: { publicUrl: 5 } } } },
      gateway: { tailscale: { mode: 'on' }, remote: { url: 'wss://a.org', tlsFingerprint: 'abc' } },
    })
    expect(complaints(wrong)).toEqual([
      'error gateway.remote.tlsFingerprint',
      'error gateway.tailscale.mode',
      'error plugins.entries.device-pair.config.publicUrl',
      'warning plugins.entries.device-pair.enabld',
    ])
  })
})

/** What the clients go by, written another way. */
function isSafe(text: string): boolean {
  const { protocol, hostname, href, username, password, search, hash } = new URL(text)
  const isSpelled = href === text || href === `${text}/`
  if (!isSpelled || [username, password, search, hash].some((part) => part !== '')) return false
  if (protocol === 'wss:') return true
  const host = hostname.replace(/^\[|\]$/g, '')
  const family = isIP(host)
  if (family !== 0) return plain.check(host, family === 6 ? 'ipv6' : 'ipv4')
  return protocol === 'ws:' && /^localhost$|\.localhost$|\.local$/.test(host)
}

const plain = new BlockList()
for (const [network, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const)
  plain.addSubnet(network, bits)
plain.addAddress('::1', 'ipv6')
plain.addSubnet('fc00::', 7, 'ipv6')
plain.addSubnet('fe80::', 10, 'ipv6')

it('never gives an address that is sent to in clear where it must not be, whatever is written', async () => {
  const config = await load({})
  const hosts = fc.oneof(
    fc.ipV4(),
    fc.ipV6().map((address) => `[${address}]`),
    fc.domain(),
    fc.constantFrom('localhost', 'a.local', 'a.localhost', '0x7f.1', '[::ffff:10.0.0.1]'),
    fc.webAuthority(),
  )
  const written = fc
    .tuple(
      fc.constantFrom('', 'ws://', 'wss://', 'http://', 'https:', '//', 'x:'),
      hosts,
      fc.string(),
    )
    .map((parts) => parts.join(''))
  await fc.assert(
    fc.asyncProperty(written, fc.constantFrom('off' as const, OWN), async (url, tls) => {
      const found = await setupUrlsOf(config, machineAt({ tls }).machine, { url })
      if (!found.ok) return
      for (const each of found.urls) expect([each, isSafe(each)]).toEqual([each, true])
    }),
    { numRuns: 2000 },
  )
})
