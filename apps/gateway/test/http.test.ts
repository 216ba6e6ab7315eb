import { EventEmitter } from 'node:events'
import type { Server } from 'node:http'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalAddress, rateKey } from '../src/http/address.ts'
import { clientReader, trust } from '../src/http/client.ts'
import { guesses } from '../src/http/guesses.ts'
import { type Door, entryOf } from '../src/http/insider.ts'
import { limitPerAddress } from '../src/http/per-address.ts'

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
  let time = 0
  const doorWith = (...secrets: (string | undefined)[]): Door => ({
    secrets,
    guesses: guesses(() => time),
    onLocked: () => {},
  })
  const ask = (headers: Record<string, string>) =>
    new Request('http://x/metrics', { headers: { host: 'localhost:18789', ...headers } })
  const guess = (door: Door, token: string, client = remote) =>
    entryOf(ask({ authorization: `Bearer ${token}` }), client, door).entry

  it('comes from this machine, under a name of this machine', () => {
    expect(entryOf(ask({}), local, doorWith())).toEqual({ entry: 'insider', by: 'machine' })
    expect(entryOf(ask({ host: 'evil.example' }), local, doorWith())).toEqual({ entry: 'outsider' })
    expect(entryOf(ask({}), remote, doorWith())).toEqual({ entry: 'outsider' })
  })

  it('or brings the token', () => {
    const door = doorWith('correct-horse-battery', undefined)
    expect(guess(door, 'correct-horse-battery')).toBe('insider')
    for (const authorization of [
      'Bearer wrong',
      'Bearer ',
      'Basic correct-horse-battery',
      'Bearer undefined',
      '',
    ]) {
      expect(entryOf(ask({ authorization }), remote, door)).toEqual({ entry: 'outsider' })
    }
  })

  it('is not found by guessing: after ten wrong tokens the right one waits as well', () => {
    const door = doorWith('correct-horse-battery')
    for (let count = 0; count < 10; count += 1) expect(guess(door, 'wrong')).toBe('outsider')
    expect(guess(door, 'correct-horse-battery')).toBe('slowed')
    const other = clientReader([])('203.0.113.8', new Headers())
    expect(guess(door, 'correct-horse-battery', other)).toBe('insider')
    time += 5 * 60_000
    expect(guess(door, 'correct-horse-battery')).toBe('insider')
  })

  it('who mistypes now and then is not slowed', () => {
    const door = doorWith('correct-horse-battery')
    for (let minute = 0; minute < 20; minute += 1) {
      for (let count = 0; count < 9; count += 1) guess(door, 'wrong')
      time += 60_000
    }
    expect(guess(door, 'correct-horse-battery')).toBe('insider')
  })
})

describe('the connections of one customer', () => {
  it('are counted for a whole IPv6 /64, and not for a proxy that is trusted', () => {
    const opened = (from: (index: number) => string, proxies: readonly string[] = []): number => {
      const server = new EventEmitter()
      limitPerAddress(server as Server, trust(proxies))
      let refused = 0
      for (let index = 0; index < 1_000; index += 1) {
        const socket = Object.assign(new EventEmitter(), {
          remoteAddress: from(index),
          destroy: () => {
            refused += 1
          },
        })
        server.emit('connection', socket)
      }
      return 1_000 - refused
    }
    expect(opened(() => '203.0.113.7')).toBe(256)
    expect(opened((index) => `2001:db8:1:1::${index.toString(16)}`)).toBe(256)
    expect(opened((index) => `2001:db8:1:${index.toString(16)}::1`)).toBe(1_000)
    expect(opened(() => '10.0.0.1', ['10.0.0.1'])).toBe(1_000)
  })
})
