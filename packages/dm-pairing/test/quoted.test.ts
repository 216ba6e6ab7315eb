import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quoted } from '../src/index.ts'

/** A host as the most eager chat sees one: labels and an end that begins with a letter, or four numbers. */
const HOST =
  /[\p{L}\p{N}\p{M}_-][.。．｡․][\p{L}\p{M}][\p{L}\p{N}\p{M}-]*|\d+(?:[.。．｡․]\d+){3}|\[?[\da-f]*:[\da-f]*:[\da-f:]*/iu
const SCHEME = /[\p{L}][\p{L}\p{N}+.-]*[:：∶꞉][^\s]/iu
const ACTION = /[@＠#＃$＄/／\\＼<>＜＞[\](){}`*_~|]/u
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u115f\u1160\u3164\uffa0\u2800\u{1d159}\u{13441}\u{13442}]|\u034f|\u17b4|\u17b5/u
/** Joiners stand between emoji. */
const withoutJoiners = (text: string): string => text.replace(/\u200d/gu, '')

/** What a chat may leave out of what it shows, or not count when it looks for links. */
const CLASSES: readonly RegExp[] = [
  ...[/\p{M}+/gu, /\p{Cf}+/gu, /\p{Lm}+/gu, /\p{Sk}+/gu, /\p{So}+/gu, /\p{Sm}+/gu, /\p{Sc}+/gu],
  ...[/\p{Nd}+/gu, /\p{Pd}+/gu, /\p{Pc}+/gu, /\p{Pi}+|\p{Pf}+/gu, /'+/gu, /…/gu, /[^\p{ASCII}]+/gu],
]

function checkInert(inner: string): void {
  for (const text of [inner, ...CLASSES.map((class_) => inner.replace(class_, ''))]) {
    expect(text).not.toMatch(HOST)
    expect(text).not.toMatch(SCHEME)
    expect(text).not.toMatch(ACTION)
  }
}

const nasty = fc.string({
  unit: fc.constantFrom(
    ...'aev12.:/@#"“”«»‟„〝\'’*_`[]()<>-…℀⒈㏂。．｡․：﹕∶꞉۔½ \n\t',
    ...['://', 'evil.com', 'com', '1.2.3.4', 'tg:', 'javascript:', '::1', 'xn--', 'v1.2', '.'],
    ...['\u200b', '\u200d', '\u202e', '\u3164', '\u115f', '\u1160', '\u2800', '\uffa0', '\u0301'],
    ...['\ufe0f', '😀', '👩', '\ud800', '\u0378', '\u{1d159}', '\u{13441}', '\u{e0041}', 'ש'],
  ),
  maxLength: 120,
})

describe('a name that a stranger chose, in a message', () => {
  it.each([
    ['Peter’s iPhone', "“Peter's iPhone”"],
    ['MacBook-Pro.local', '“MacBook-Pro. local”'],
    ['ios 18.4', '“ios 18.4”'],
    ['2026.2.17-beta.1', '“2026.2.17-beta. 1”'],
    ['версия 2.17', '“версия 2.17”'],
    ['evil."com', "“evil. 'com”"],
    ['evil."”com/“x', "“evil. ''com 'x”"],
    ['evil。com', '“evil。 com”'],
    ['ｅｖｉｌ．ｃｏｍ', '“evil. com”'],
    ['ev\u200bil.c\u2060om', '“evil. com”'],
    ['1.2.3.4:80', '“1. 2. 3. 4: 80”'],
    ['javascript:x', '“javascript: x”'],
    ['tg:resolve?domain=evil', '“tg: resolve?domain evil”'],
    ['me@evil.example', '“me evil. example”'],
    ['[click](http://evil.example)', '“click http: evil. example”'],
    ['A\u3164\u3164\u115f\u1160\uffa0B', '“AB”'],
    ['A\u2800\u2800\u2800B', '“A B”'],
    ['\u0301\u0301Ada', '“Ada”'],
    ['👨‍👩‍👧 home', '“👨‍👩‍👧 home”'],
    ['J. R. Müller', '“J. R. Müller”'],
    ['x'.repeat(100), `“${'x'.repeat(39)}…”`],
  ])('%j is read as %s', (name, text) => {
    expect(quoted(name, 40)).toBe(text)
  })

  it.each([
    ...['', ' \n\t', '\u200b\u202e', '"“”', '*`[]', '\u3164', '\u115f\u1160', '\u2800', '\uffa0'],
    ...['\u0301', '\ufe0f', '\u{1d159}', '\u{13441}', '\u0378', '...', '—', "'", '\u3164 \u2800'],
  ])('%j leaves nothing', (name) => {
    expect(quoted(name, 40)).toBeUndefined()
    expect(quoted(undefined, 40)).toBeUndefined()
  })

  it('is one bounded line that no chat acts on, whatever it is', () => {
    const any = fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 200 }))
    fc.assert(
      fc.property(any, fc.integer({ min: 8, max: 60 }), (name, limit) => {
        const text = quoted(name, limit)
        if (text === undefined) return
        expect(text).toMatch(/^“[^“”"„‟«»\n\r\u2028\u2029]+”$/u)
        const inner = text.slice(1, -1)
        expect([...inner].length).toBeLessThanOrEqual(limit)
        expect(inner).toMatch(/[\p{L}\p{N}\p{So}\p{Extended_Pictographic}]/u)
        expect(inner).toBe(inner.trim())
        expect(inner).not.toMatch(/ {2}|^\p{M}/u)
        expect(withoutJoiners(inner)).not.toMatch(UNSEEN)
        checkInert(inner)
      }),
      { numRuns: 2_000 },
    )
  })

  it('is found out by the detectors of this test where it is not made safe', () => {
    for (const text of ['evil.com', 'a。b', '1.2.3.4', 'javascript:x', '@ann', '/pair', '::1'])
      expect(() => checkInert(text)).toThrow()
  })
})
