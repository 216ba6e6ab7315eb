import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  encodeSetupCode,
  encodeSetupCodeToScan,
  readSetupCode,
  type SetupPayload,
} from '../src/index.ts'

const SECRET = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA'
const PIN = 'ab'.repeat(32)
const whole: SetupPayload = {
  url: 'wss://gateway.example:18789',
  urls: ['wss://gateway.example:18789', 'ws://192.168.1.5:18789'],
  bootstrapToken: SECRET,
  token: SECRET,
  expiresAtMs: 1_790_000_000_000,
  tlsFingerprint: PIN,
}

const secrets = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => ({
  secret: Buffer.from(bytes).toString('base64url'),
}))
const urls = fc
  .record({
    scheme: fc.constantFrom('ws', 'wss'),
    host: fc.oneof(fc.domain(), fc.ipV4(), fc.constantFrom('[::1]', 'kitchen.local', 'localhost')),
    port: fc.integer({ min: 1, max: 65_535 }),
    path: fc.constantFrom('', '/gateway', '/a/b'),
  })
  .map(({ scheme, host, port, path }) => `${scheme}://${host}:${String(port)}${path}`)
const payloads: fc.Arbitrary<SetupPayload> = fc
  .record(
    {
      url: urls,
      secret: secrets,
      urls: fc.array(urls, { minLength: 1, maxLength: 8 }),
      expiresAtMs: fc.integer({ min: 1_000_000_000_000, max: 9_000_000_000_000 }),
      tlsFingerprint: fc
        .uint8Array({ minLength: 32, maxLength: 32 })
        .map((bytes) => Buffer.from(bytes).toString('hex')),
    },
    { requiredKeys: ['url', 'secret'] },
  )
  .map(({ secret: { secret }, ...rest }) => ({
    ...rest,
    bootstrapToken: secret,
    token: secret,
  }))

const read = (text: string) => {
  const reading = readSetupCode(text)
  return reading.ok ? reading.payload : reading.fault
}
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64')

describe('what was encoded', () => {
  it('is read as it was', () => {
    fc.assert(
      fc.property(payloads, (payload) => {
        const { url, urls = [] } = payload
        const first = [url, ...urls.filter((other) => other !== url)].slice(0, 8)
        expect(readSetupCode(encodeSetupCode(payload))).toEqual({
          ok: true,
          payload: { ...payload, urls: first },
          holds: 'setup-secret',
        })
        expect(read(encodeSetupCodeToScan(payload))).toMatchObject({ url, token: payload.token })
        const scanned = encodeSetupCodeToScan(payload).length
        expect(scanned).toBeLessThanOrEqual(encodeSetupCode(payload).length)
      }),
    )
  })

  it('has its members in the order that every decoder of before was seen with', () => {
    const { tlsFingerprint, token, ...rest } = whole
    const code = encodeSetupCode({ tlsFingerprint: PIN, ...rest })
    expect(tlsFingerprint && token && code).toMatch(/^[\w-]+$/)
    const json = Buffer.from(code, 'base64url').toString()
    expect(Object.keys(JSON.parse(json))).toEqual(Object.keys(whole))
    expect(json).not.toContain(' ')
  })

  it('is never longer than what is read', () => {
    const url = `wss://${'a'.repeat(60)}.example/${'b'.repeat(430)}`
    const others = Array.from({ length: 7 }, (_, at) => `${url.slice(0, -1)}${String(at)}`)
    const longest = { ...whole, url, urls: [url, ...others] }
    expect(read(encodeSetupCode(longest))).toEqual(longest)
  })
})

describe('a code with missing characters', () => {
  it('is cut off, wherever its end is missing', () => {
    fc.assert(
      fc.property(payloads, fc.double({ min: 0, max: 1, noNaN: true }), (payload, part) => {
        const code = encodeSetupCode(payload)
        const kept = 4 + Math.floor((code.length - 5) * part)
        expect(read(code.slice(0, kept))).toBe('cut-off')
      }),
    )
  })

  it.each(Array.from({ length: encodeSetupCode(whole).length - 4 }, (_, at) => at + 1))(
    'is cut off without its last %i',
    (missing) => {
      expect(read(encodeSetupCode(whole).slice(0, -missing))).toBe('cut-off')
      expect(read(`${encodeSetupCode(whole).slice(0, -missing)}…`)).toBe('cut-off')
    },
  )

  it('is cut off where its beginning is missing', () => {
    const code = encodeSetupCode(whole)
    for (let missing = 1; missing < code.length - 24; missing += 1)
      expect([missing, read(code.slice(missing))]).toEqual([missing, 'cut-off'])
  })

  it('never has another secret, certificate, address or end, whatever piece is missing', () => {
    fc.assert(
      fc.property(payloads, fc.nat(), fc.nat(), (drawn, from, length) => {
        const payload = { ...drawn, expiresAtMs: 1_790_000_000_000 + (from % 1_000_000) }
        const code = encodeSetupCode(payload)
        const start = from % code.length
        const end = start + 1 + (length % (code.length - start))
        const reading = readSetupCode(code.slice(0, start) + code.slice(end))
        if (!reading.ok) return
        expect(reading.payload.bootstrapToken).toBe(payload.bootstrapToken)
        expect(reading.payload.url).toBe(payload.url)
        expect([undefined, payload.expiresAtMs]).toContain(reading.payload.expiresAtMs)
        const pins = [undefined, payload.tlsFingerprint]
        expect(pins).toContain(reading.payload.tlsFingerprint)
      }),
      { numRuns: 600 },
    )
  })

  it('is noticed by its secret, which stands in it twice and has one length', () => {
    const cut = SECRET.slice(0, -3)
    expect(read(base64({ ...whole, bootstrapToken: cut }))).toBe('cut-off')
    expect(read(base64({ ...whole, token: cut }))).toBe('cut-off')
    expect(read(base64({ ...whole, bootstrapToken: cut, token: cut }))).toBe('cut-off')
    const glued = SECRET + SECRET.slice(9)
    expect(read(base64({ ...whole, bootstrapToken: glued, token: glued }))).toBe('cut-off')
    expect(read(base64({ ...whole, tlsFingerprint: PIN.slice(3) }))).toBe('cut-off')
  })
})

describe('a code that came another way', () => {
  const code = encodeSetupCode(whole)
  it.each([
    ['base64', base64(whole)],
    ['JSON', JSON.stringify(whole)],
    ['JSON for people', JSON.stringify(whole, undefined, 2)],
    ['a link', `oc-pair://${code}`],
    ['a link in capitals', `OC-PAIR://${code}`],
    ['lines', code.replaceAll(/.{40}/g, '$&\n')],
    ['lines of a mail', code.replaceAll(/.{76}/g, '$&\r\n  ')],
    ['a chat that hides a mark in it', `\u200b${code}\ufeff`],
    ['quotes', `"${code}"`],
    ['a fence', `\`${code}\``],
    ['JSON in a fence', `\`${JSON.stringify(whole)}\``],
  ])('is read from %s', (_, text) => {
    expect(read(text)).toEqual(whole)
  })

  it('is read where newer gateways say more', () => {
    expect(
      read(base64({ ...whole, profile: { x: [1] }, urls: [...(whole.urls ?? []), 7] })),
    ).toEqual(whole)
  })

  it('is read as apps of 2026.2 are told it, with the secret of the gateway itself', () => {
    const old = base64({ url: 'wss://gateway.example', token: 'a secret word' })
    expect(readSetupCode(old)).toEqual({
      ok: true,
      holds: 'gateway-secret',
      payload: {
        url: 'wss://gateway.example',
        bootstrapToken: 'a secret word',
        token: 'a secret word',
      },
    })
  })

  it.each([
    [{ host: 'gateway.example', port: 443, tls: true }, 'wss://gateway.example:443'],
    [{ host: '192.168.1.5' }, 'ws://192.168.1.5:18789'],
    [{ host: 'fd12::1', port: 18_790, tls: false }, 'ws://[fd12::1]:18790'],
  ])('is read with host and port %#', (place, url) => {
    expect(read(base64({ ...place, token: 'secret' }))).toMatchObject({ url })
  })
})

describe('what is no setup code', () => {
  const { url: _, urls: __, ...nowhere } = whole
  const { bootstrapToken: ___, token: ____, ...without } = whole
  it.each([
    ['', 'empty'],
    [' \n\u200b', 'empty'],
    ['oc-pair://', 'empty'],
    ['ABCD2345', 'not-a-setup-code'],
    ['wss://gateway.example:18789', 'not-a-setup-code'],
    ['https://gateway.example/j/abcdefghijklmnopqrstuv', 'not-a-setup-code'],
    ['hello there', 'not-a-setup-code'],
    ['{}', 'not-a-setup-code'],
    [base64({ alg: 'none' }), 'not-a-setup-code'],
    [base64(nowhere), 'no-url'],
    [base64(without), 'no-secret'],
    [base64({ ...whole, bootstrapToken: '', token: '' }), 'no-secret'],
    [base64({ ...whole, bootstrapToken: 7 }), 'not-a-setup-code'],
    [base64({ ...whole, tlsFingerprint: 7 }), 'not-a-setup-code'],
    [base64({ ...whole, tlsFingerprint: 'x'.repeat(64) }), 'not-a-setup-code'],
    ...[
      'http://gateway.example',
      'gateway.example:18789',
      'wss://user:secret@gateway.example',
      'wss://gateway.example/?token=secret',
      'wss://gateway.example/#x',
      'wss://',
      'ws://a b',
      `wss://gateway.example/${'x'.repeat(512)}`,
      7,
    ].map((url) => [base64({ ...whole, url }), 'bad-url']),
    ['x'.repeat(8_193), 'too-long'],
  ])('%j is %s', (text, fault) => {
    expect(read(String(text))).toBe(fault)
  })

  it('never throws, and never tells what it was given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(['string', 'object']).toContain(typeof read(text))
        expect(['string', 'object']).toContain(typeof read(`eyJ${text}`))
      }),
    )
  })
})
