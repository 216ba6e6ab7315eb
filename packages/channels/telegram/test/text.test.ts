import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { messageParts } from '../src/text.ts'

const LONE_SURROGATE = /\p{Cs}/u

describe('messageParts', () => {
  it('loses nothing, keeps every part short enough and no character cut in two', () => {
    const piece = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('\n', '😀', ' '))
    const text = fc
      .tuple(piece, fc.integer({ min: 0, max: 9_000 }), piece)
      .map(([a, times, b]) => (a + b).repeat(Math.ceil(times / Math.max(1, (a + b).length))) + a)
    fc.assert(
      fc.property(text, (whole) => {
        const parts = messageParts(whole).map((part) => part.text)
        // A message of blanks alone is not one.
        expect(parts.join('').trimEnd()).toBe(whole.trimEnd())
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(4_000)
          expect(part.length).toBeGreaterThan(0)
          expect(part).not.toMatch(LONE_SURROGATE)
        }
      }),
    )
  })

  it('does not cut a pair that straddles the limit', () => {
    const parts = messageParts(`${'a'.repeat(3_999)}😀b`)
    expect(parts.map(({ text }) => text.length)).toEqual([3_999, 3])
  })

  it('cuts at a line break where the second half has one', () => {
    const [first] = messageParts(`${'a'.repeat(3_000)}\n${'b'.repeat(3_000)}`)
    expect(first?.text).toBe(`${'a'.repeat(3_000)}\n`)
  })

  it('marks the copyable part once, counted in UTF-16 units', () => {
    const [part] = messageParts('😀 code ABCD2345, again ABCD2345', { copyable: 'ABCD2345' })
    expect(part?.entities).toEqual([{ type: 'code', offset: 8, length: 8 }])
  })

  it('marks it in the part that holds it', () => {
    const parts = messageParts(`${'a'.repeat(5_000)} ABCD2345`, { copyable: 'ABCD2345' })
    expect(parts.map(({ entities }) => entities.length)).toEqual([0, 1])
  })

  it('marks nothing when the text does not hold it', () => {
    expect(messageParts('no code here', { copyable: 'ABCD2345' })[0]?.entities).toEqual([])
    expect(messageParts('no code here', { copyable: '' })[0]?.entities).toEqual([])
  })

  it('keeps the shape of a part, beside what can be copied', () => {
    const [part] = messageParts('look:\nA B\nsend A B', { preformatted: 'A B', copyable: 'A B' })
    expect(part?.entities).toEqual([
      { type: 'pre', offset: 6, length: 3 },
      { type: 'code', offset: 15, length: 3 },
    ])
    const inside = messageParts('A copy B', { preformatted: 'A copy B', copyable: 'copy' })
    expect(inside[0]?.entities).toEqual([{ type: 'pre', offset: 0, length: 8 }])
  })

  it('keeps the shape of a part that is longer than a message, in each', () => {
    const block = Array.from({ length: 700 }, (_, index) => `line ${String(index)}`).join('\n')
    const parts = messageParts(`head\n${block}\nend ABCD2345`, {
      preformatted: block,
      copyable: 'ABCD2345',
    })
    const marked = parts.map(({ text, entities }) =>
      entities
        .filter(({ type }) => type === 'pre')
        .map(({ offset, length }) => text.slice(offset, offset + length)),
    )
    expect(parts.length).toBeGreaterThan(1)
    expect(marked.flat().join('')).toBe(block)
    expect(parts.at(-1)?.entities.map(({ type }) => type)).toEqual(['pre', 'code'])
  })
})
