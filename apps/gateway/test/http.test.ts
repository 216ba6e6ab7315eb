import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalAddress, rateKey } from '../src/http/address.ts'
import { clientReader } from '../src/http/client.ts'
import { isInsider } from '../src/http/insider.ts'

describe('an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    [' 203.0.113.7:4711 ', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:CB00:7107', '203.0.113.7'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['', undefined],
    ['unknown', undefined],
    ['_hidden', undefined],
    ['1.2.3', undefined],
    ['999.1.1.1', undefined],
    ['evil\r\nx: y', undefined],
  ])('reads %j as %j', (text, address) => {
    expect(normalAddress(text)).toBe(address)
  })

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['1:2:3::', '1:2:3:0::/64'],
  ])('of %s counts for %s', (address, key) => {
    expect(rateKey(address)).toBe(key)
  })

  it('counts for the same /64 whatever its last 64 bits are', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((n) => n.toString(16))
    const half = fc.array(group, { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(half, half, half, (net, one, two) => {
        const [a, b] = [one, two].map((host) => normalAddress([...net, ...host].join(':')) ?? '')
        fc.pre(!String(a).includes('.') && !String(b).includes('.'))
        expect(rateKey(a ?? '')).toBe(rateKey(b ?? ''))
      }),
    )
  })
})

describe('the client behind a connection', () => {
  const of = (
    peer: string,
    headers: Record<string, string> = {},
    proxies: readonly string[] = ['10.0.0.0/8', '::1'],
  ) => clientReader(proxies)(peer, new Headers(headers))

  it.each([
    ['no header', '203.0.113.7', {}, '203.0.113.7'],
    ['a header of a stranger', '203.0.113.7', { 'x-forwarded-for': '198.51.100.1' }, '203.0.113.7'],
    ['one proxy', '10.0.0.1', { 'x-forwarded-for': '198.51.100.1' }, '198.51.100.1'],
    [
      'what a visitor made up',
      '10.0.0.1',
      { 'x-forwarded-for': '1.1.1.1, 198.51.100.1' },
      '198.51.100.1',
    ],
    [
      'two proxies',
      '10.0.0.1',
      { 'x-forwarded-for': '1.1.1.1, 198.51.100.1, 10.0.0.2' },
      '198.51.100.1',
    ],
    ['only proxies', '10.0.0.1', { 'x-forwarded-for': '10.0.0.3, 10.0.0.2' }, '10.0.0.3'],
    ['nonsense', '10.0.0.1', { 'x-forwarded-for': '198.51.100.1, <script>' }, '10.0.0.1'],
    ['an empty header', '10.0.0.1', { 'x-forwarded-for': '' }, '10.0.0.1'],
    [
      'an IPv4-mapped peer',
      '::ffff:10.0.0.1',
      { 'x-forwarded-for': '198.51.100.1' },
      '198.51.100.1',
    ],
    ['an IPv6 proxy', '::1', { 'x-forwarded-for': '2001:db8::5' }, '2001:db8::5'],
  ])('with %s', (_name, peer, headers: Record<string, string>, address) => {
    expect(of(peer, headers).address).toBe(address)
  })

  it('is never further left than the last address that no trusted proxy wrote', () => {
    const ip = fc.ipV4()
    fc.assert(
      fc.property(fc.array(ip, { maxLength: 8 }), ip, (made, real) => {
        fc.pre(!real.startsWith('10.'))
        const headers = { 'x-forwarded-for': [...made, real].join(', ') }
        expect(of('10.0.0.1', headers).address).toBe(real)
      }),
    )
  })

  it('is local only when nothing says that it was passed on', () => {
    expect(of('127.0.0.1', {}, []).isLocal).toBe(true)
    expect(of('::1', {}, []).isLocal).toBe(true)
    for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip']) {
      expect(of('127.0.0.1', { [name]: '198.51.100.1' }, []).isLocal).toBe(false)
    }
    expect(of('203.0.113.7').isLocal).toBe(false)
    expect(of('::1', { 'x-forwarded-for': '127.0.0.1' }).isLocal).toBe(false)
  })

  it('speaks https when the trusted proxy says so, and only then', () => {
    const headers = { 'x-forwarded-for': '198.51.100.1', 'x-forwarded-proto': 'https' }
    expect(of('10.0.0.1', headers).scheme).toBe('https')
    expect(of('203.0.113.7', headers).scheme).toBe('http')
  })
})

describe('an insider', () => {
  const local = clientReader([])('127.0.0.1', new Headers())
  const remote = clientReader([])('203.0.113.7', new Headers())
  const ask = (headers: Record<string, string>) =>
    new Request('http://x/metrics', { headers: { host: 'localhost:18789', ...headers } })

  it('comes from this machine, under a name of this machine', () => {
    expect(isInsider(ask({}), local, [])).toBe(true)
    expect(isInsider(ask({ host: 'evil.example' }), local, [])).toBe(false)
    expect(isInsider(ask({}), remote, [])).toBe(false)
  })

  it('or brings the token', () => {
    const secrets = ['correct-horse-battery', undefined]
    expect(isInsider(ask({ authorization: 'Bearer correct-horse-battery' }), remote, secrets)).toBe(
      true,
    )
    for (const wrong of [
      'Bearer wrong',
      'Bearer ',
      'Basic correct-horse-battery',
      'Bearer undefined',
      '',
    ]) {
      expect(isInsider(ask({ authorization: wrong }), remote, secrets)).toBe(false)
    }
  })
})
