import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printable } from '../src/index.ts'
import { challenged, ROOT, world } from './world.ts'

describe('printable', () => {
  it.each([
    ['plain text', 'Alice Müller', 'Alice Müller'],
    ['a colour', '\u001b[31mred\u001b[0m', 'red'],
    ['cursor and screen', '\u001b[2J\u001b[1;1Hhome', 'home'],
    ['an OSC 8 link', '\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\', 'click'],
    ['an OSC title ended by BEL', '\u001b]0;owned\u0007name', 'name'],
    ['a DCS', '\u001bP1$q"p\u001b\\x', 'x'],
    ['the 8-bit forms', '\u009b31mred\u009d0;t\u009cx', 'redx'],
    ['an unfinished sequence', 'a\u001b[', 'a'],
    ['a lone escape', 'a\u001bZb', 'ab'],
    ['an escape hidden by a zero-width space', '\u001b\u200b[31mx', '[31mx'],
    ['bidi marks', 'user\u202egnp.exe\u202c \u2066x\u2069\u200f\u061c', 'usergnp.exe x'],
    ['zero width', 'a\u200bb\u200cc\u2060d\ufeffe\u00adf', 'abcdef'],
    ['a joiner that joins nothing', 'a\u200db\u200d', 'ab'],
    ['invisible letters', '\u3164\u115f\uffa0x', 'x'],
    ['tags', 'x\u{e0041}\u{e0042}\u{e007f}', 'x'],
    ['lines and tabs', 'a\r\nb\tc\u2028d\u0085e\u0000f', 'a b c d ef'],
    ['many blanks', '  a \u00a0\u3000  b  ', 'a b'],
    ['a lone surrogate', 'a\ud800b\udc00', 'ab'],
    ['private use', 'a\ue000\u{f0000}b', 'ab'],
    ['emoji', '👍🏽 ok ❤️', '👍🏽 ok ❤️'],
    ['a family', '👨‍👩‍👧', '👨‍👩‍👧'],
    ['a flag', '🇳🇱', '🇳🇱'],
    ['too many marks', `a${'\u0301'.repeat(50)}b`, `a${'\u0301'.repeat(3)}b`],
    ['other scripts', 'Ольга 山田 اسم', 'Ольга 山田 اسم'],
    ['nothing to see', '\u200b\u202e', ''],
  ])('%s', (_what, text, shown) => {
    expect(printable(text)).toBe(shown)
  })

  it('cuts to 64 code points, never inside one or behind a joiner', () => {
    expect([...printable('x'.repeat(65))]).toHaveLength(64)
    expect(printable('x'.repeat(64))).toBe('x'.repeat(64))
    expect(printable('😀'.repeat(70))).toBe(`${'😀'.repeat(63)}…`)
    expect(printable(`${'x'.repeat(61)}👨‍👩‍👧`)).toBe(`${'x'.repeat(61)}👨…`)
    expect(printable('y'.repeat(1_000_000))).toHaveLength(64)
  })

  it('lets nothing through that a terminal acts on, whatever comes', () => {
    const nasty = fc.constantFrom(
      '\u001b',
      '[',
      ']',
      '8;;',
      '\u009b',
      '\u0007',
      '\u202e',
      '\u200d',
      'm',
    )
    const text = fc.array(fc.oneof(nasty, fc.string({ unit: 'binary' })), { maxLength: 30 })
    fc.assert(
      fc.property(text, (parts) => {
        const shown = printable(parts.join(''))
        expect(shown).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u)
        expect(shown.replaceAll('\u200d', '')).not.toMatch(/\p{Cf}/u)
        expect([...shown].length).toBeLessThanOrEqual(64)
        expect(printable(shown)).toBe(shown)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('what a stranger says of themselves', () => {
  it('is stored printable, bounded, and only under plain names', async () => {
    const { dm } = world()
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${String(i)}`, 'v']))
    await challenged(dm, '1', {
      meta: {
        username: '\u001b]8;;http://x\u001b\\bob\u202e',
        firstName: '\u200b',
        'bad key': 'x',
        __proto__: 'x',
        accountId: 'work',
        lastName: 'x'.repeat(500),
        ...many,
      },
    })
    const lists = await dm.list(ROOT)
    const meta = 'outcome' in lists ? {} : lists[0]?.requests[0]?.meta
    expect(Object.keys(meta ?? {})).toHaveLength(12)
    expect(meta).toMatchObject({ username: 'bob', lastName: `${'x'.repeat(63)}…` })
    expect(meta).not.toHaveProperty('accountId')
    expect(meta).not.toHaveProperty('firstName')
  })

  it('cannot grow the store by where answers go', async () => {
    const { dm, store } = world()
    await challenged(dm, '1', { replyTo: 'x'.repeat(100_000) })
    const text = JSON.stringify(await store.history(0 as never, 10))
    expect(text.length).toBeLessThan(2_000)
  })
})
