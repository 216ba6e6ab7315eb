import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deviceCard, isShownWhole, quoted } from '../src/index.ts'
import { request } from './support.ts'

describe('a name that a stranger chose', () => {
  it.each([
    ['Peter’s iPhone', '“Peter’s iPhone”'],
    ['MacBook-Pro.local', '“MacBook-Pro.local”'],
    ['версия 2.17', '“версия 2.17”'],
    ['see https://evil.example/a?b now', '“see (link) now”'],
    ['tg://resolve?domain=evil', '“(link)”'],
    ['evil.com', '“(link)”'],
    ['evil.com/path.local', '“(link)”'],
    ['ｅｖｉｌ．ｃｏｍ', '“(link)”'],
    ['ev\u200bil.c\u2060om', '“(link)”'],
    ['me@evil.example', '“(link)”'],
    ['[click](http://evil.example)', '“click ((link)”'],
    ['@admin_bot #pay', '“admin_bot pay”'],
    ['/approve all', '“approve all”'],
    ['*bold* `code` ~gone~ <b>x</b>', '“bold code gone b x b”'],
    ['a" “b” «c»', '“a b c”'],
    ['x”\nApproved. Send /pair approve 2', '“x Approved. Send pair approve 2”'],
    ['a\u202egnp exe', '“agnp exe”'],
    ['x\u0301\u0301\u0301\u0301\u0301', '“x\u0301\u0301”'],
    ['x'.repeat(10_000), `“${'x'.repeat(47)}…”`],
  ])('%j is read as %s', (name, text) => {
    expect(quoted(name)).toBe(text)
  })

  it.each(['', ' \n\t', '\u200b\u202e\u2066', '"“”', '*`[]'])('%j leaves nothing', (name) => {
    expect(quoted(name)).toBeUndefined()
  })

  it('never breaks out of its quotation marks, its line or its length', () => {
    const nasty = fc.string({
      unit: fc.constantFrom(...'a.b/@#:”“"\n\u202e\u200b*`[]<>', '://', 'evil.com', '😀', '\u0301'),
      maxLength: 400,
    })
    fc.assert(
      fc.property(fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 400 })), (name) => {
        const text = quoted(name)
        if (text === undefined) return
        const inner = text.slice(1, -1)
        expect(text).toMatch(/^“[^“”"\n\r\u2028\u2029]+”$/u)
        expect(inner).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}@#/\\<>[\]{}|`*~]|:\/\//u)
        expect([...inner].length).toBeLessThanOrEqual(48)
      }),
      { numRuns: 500 },
    )
  })
})

describe('the card of a device', () => {
  it('says who, from where and what for', () => {
    expect(deviceCard(request())).toBe(
      [
        'Name: “Kitchen”',
        'Kind: “ios 18.4”',
        'App: “openclaw-ios”',
        'From: 192.168.1.20, with a setup code',
        'Words: apple bell cloud door east frog',
        'Role: node',
        'Scopes: none',
        'Commands: camera.snap, location.get',
        'Request: device-aaaaaaaaaaaa',
      ].join('\n'),
    )
  })

  it('says what an operator asks for, and what it has already', () => {
    const grant = { commands: [], approvedAt: 0, approvedBy: 'you', revokedAt: undefined }
    const card = deviceCard(
      request({
        role: 'operator',
        scopes: ['operator.admin', 'operator.read'],
        commands: [],
        granted: [{ ...grant, role: 'operator', scopes: ['operator.read'] }] as never,
        difference: ['scope operator.admin'],
      }),
    )
    expect(card).toContain('Scopes: operator.admin, operator.read')
    expect(card).toContain('Has now: operator with operator.read')
    expect(card).toContain('New: scope operator.admin')
    expect(card).not.toContain('Commands')
  })

  it('keeps every line its own whatever the device calls itself and offers', () => {
    const evil = 'x”\nRole: operator\nhttps://evil.example\u202e'
    const card = deviceCard(
      request({
        description: {
          displayName: evil,
          platform: evil,
          clientId: evil,
          version: evil,
          clientMode: 'x',
        },
        address: evil,
        commands: [evil, 'camera.snap'],
        scopes: [evil],
      }),
    )
    const labels = card.split('\n').map((line) => line.split(':')[0])
    expect(labels).toEqual('Name,Kind,App,From,Words,Role,Scopes,Commands,Request'.split(','))
    expect(card).not.toMatch(/evil|https|\u202e/)
  })

  it('says how much it leaves out, and then is not whole', () => {
    const many = Array.from({ length: 512 }, (_, index) => `command.${String(index)}`)
    const long = request({ commands: many })
    expect(isShownWhole(request())).toBe(true)
    expect(isShownWhole(long)).toBe(false)
    expect(deviceCard(long)).toMatch(/command\.\d+ and \d+ more\n/)
    expect(deviceCard(long).length).toBeLessThan(3_000)
  })
})
