import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safe, safeJson } from '../src/output/safe.ts'
import type { Page } from '../src/output/screen.ts'
import { styleFor } from '../src/output/style.ts'
import { table } from '../src/output/table.ts'
import { absolute, relative, shortTime, span } from '../src/output/time.ts'
import { cut, fill, widthOf } from '../src/output/width.ts'
import { wrap, wrapAll } from '../src/output/wrap.ts'
import { printFacts } from '../src/people/facts.ts'

const plain = styleFor({}, { isTerminal: false, allowed: true })

describe('text of strangers', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]0;title\u0007after', 'after'],
    ['\u001b]8;;https://evil.example\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['\u009b31mred', 'red'],
    ['a\u001bcb', 'ab'],
    ['one\ntwo\r\nthree\tfour', 'one two three four'],
    ['a\u0000b\u0007c\u0008d', 'a\ufffdb\ufffdc\ufffdd'],
    ['abc\u202edcba', 'abcdcba'],
    ['\u2066left\u2069', 'left'],
    ['in\u200bvis\ufeffible\u3164', 'invisible'],
    ['\ud800lone', '\ufffdlone'],
    [`z${'\u0301'.repeat(40)}`, 'z\u0301\u0301\u0301'],
  ])('%j becomes %j', (text, shown) => {
    expect(safe(text)).toBe(shown)
  })

  it('keeps what people write', () => {
    for (const text of ['Ada Lovelace', 'Zoë', '李小龍', 'محمد', 'क्षि', '👩‍👩‍👧', 'می‌خواهم']) {
      expect(safe(text)).toBe(text)
    }
  })

  it('never lets a control through, whatever comes', () => {
    const nasty = fc.string({ unit: 'binary' }).map((text) => `\u001b[${text}\u001b]${text}\u009b`)
    fc.assert(
      fc.property(nasty, (text) => {
        expect(safe(text)).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
      }),
    )
  })

  it('is escaped in JSON and comes back unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const value = { name: `${text}\u202e\u009b\u2028\u{e0041}\u007f` }
        expect(JSON.parse(safeJson(value))).toEqual(value)
        expect(safeJson(value, 0)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\p{Cf}\u2028\u2029]/u)
      }),
    )
  })
})

describe('width', () => {
  it.each([
    ['abc', 3],
    ['李小龍', 6],
    ['é', 1],
    ['e\u0301', 1],
    ['👩‍👩‍👧', 2],
    ['❤️', 2],
    ['\u001b[1mbold\u001b[22m', 4],
  ])('of %j is %i', (text, columns) => {
    expect(widthOf(text)).toBe(columns)
  })

  it('is never more than asked for when cut, and exact when filled', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 2, max: 30 }),
        (text, columns) => {
          expect(widthOf(cut(text, columns))).toBeLessThanOrEqual(columns)
          expect(widthOf(fill(cut(text, columns), columns))).toBe(columns)
        },
      ),
    )
  })

  it('does not split a wide character', () => {
    expect(cut('李小龍', 4)).toBe('李…')
  })
})

describe('table', () => {
  const columns = [{ title: 'Code' }, { title: 'Who', flexible: true as const }, { title: 'Id' }]
  const rows = [
    ['L77SDRQT', 'Ada Lovelace, Countess of somewhere', '1000001'],
    ['44VG4ZDJ', '李小龍', '1000002'],
  ]

  it('aligns columns by what they take on screen', () => {
    expect(table(columns, rows, { style: plain, width: undefined, indent: '' })).toEqual([
      'Code      Who                                  Id',
      'L77SDRQT  Ada Lovelace, Countess of somewhere  1000001',
      '44VG4ZDJ  李小龍                               1000002',
    ])
  })

  it('cuts what may be cut on a narrow terminal', () => {
    const lines = table(columns, rows, { style: plain, width: 46, indent: '  ' })
    expect(lines[1]).toBe('  L77SDRQT  Ada Lovelace, Countess o…  1000001')
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(46)
  })

  it('becomes blocks where not even that fits, and then cuts no code and no id', () => {
    const lines = table(columns, rows, { style: plain, width: 30, indent: '' })
    expect(lines.slice(0, 4)).toEqual([
      'Code  L77SDRQT',
      'Who   Ada Lovelace, Countess…',
      'Id    1000001',
      '',
    ])
  })
})

describe('a long word on a narrow terminal', () => {
  const id = '0123456789abcdef'.repeat(4)

  it('is broken below where it began, with nothing lost', () => {
    const lines = wrapAll(`as ${id} now`, 30)
    expect(lines.join('').replace('as ', '').replace(' now', '')).toBe(id)
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(30)
    expect(wrapAll('李小龍李小龍', 5)).toEqual(['李小', '龍李', '小龍'])
    expect(wrapAll('', 5)).toEqual([''])
  })

  it('is broken so in facts and in blocks of a table', () => {
    const said: string[] = []
    const page = { line: (text = '') => said.push(text), style: plain, width: 60 }
    printFacts(page as unknown as Page, [['Device', id]])
    expect(said).toEqual([`  Device  ${id.slice(0, 50)}`, `          ${id.slice(50)}`])
    const columns = [{ title: 'Id' }, { title: 'May' }]
    const frame = { style: plain, width: 40, indent: '  ' }
    expect(table(columns, [['1', `node: ${id}`]], frame)).toEqual([
      '  Id   1',
      `  May  node: ${id.slice(0, 27)}`,
      `       ${id.slice(27, 60)}`,
      `       ${id.slice(60)}`,
    ])
  })
})

describe('colour', () => {
  const terminal = { isTerminal: true, allowed: true }
  const pipe = { isTerminal: false, allowed: true }
  it.each([
    ['a terminal', {}, terminal, true],
    ['a pipe', {}, pipe, false],
    ['NO_COLOR', { NO_COLOR: '1' }, terminal, false],
    ['an empty NO_COLOR', { NO_COLOR: '' }, terminal, true],
    ['FORCE_COLOR', { FORCE_COLOR: '1' }, pipe, true],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, terminal, false],
    ['NO_COLOR over FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, terminal, false],
    ['--no-color', { FORCE_COLOR: '1' }, { isTerminal: true, allowed: false }, false],
    ['a dumb terminal', { TERM: 'dumb' }, terminal, false],
  ])('with %s', (_, env, stream, isColoured) => {
    expect(styleFor(env, stream).red('x') !== 'x').toBe(isColoured)
  })
})

describe('time', () => {
  const now = new Date(2026, 10, 22, 18, 15, 42).getTime()
  it('is told in words and in figures', () => {
    expect(relative(now - 185_000, now)).toBe('3 min ago')
    expect(relative(now + 7_500_000, now)).toBe('in 2 h 5 min')
    expect(relative(now - 1_000, now)).toBe('just now')
    expect(span(59_999)).toBe('59 s')
    expect(span(9.5 * 86_400_000)).toBe('9 days')
    expect(span(-5)).toBe('0 s')
    expect(absolute(now)).toBe('2026-11-22 18:15')
    expect(shortTime(now, now)).toBe('18:15')
    expect(shortTime(now - 86_400_000, now)).toBe('2026-11-21 18:15')
  })
})

it('wraps at spaces and leaves a long word whole', () => {
  const command = 'npx-openclaw-pairing-approve-telegram'
  expect(wrap(`short words and ${command} then`, 12)).toEqual([
    'short words',
    'and',
    command,
    'then',
  ])
})
