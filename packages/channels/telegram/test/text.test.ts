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
        const parts = messageParts(whole, undefined).map((part) => part.text)
        expect(parts.join('')).toBe(whole)
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(4_000)
          expect(part.length).toBeGreaterThan(0)
          expect(part).not.toMatch(LONE_SURROGATE)
        }
      }),
    )
  })

  it('does not cut a pair that straddles the limit', () => {
    const parts = messageParts(`${'a'.repeat(3_999)}😀b`, undefined)
    expect(parts.map(({ text }) => text.length)).toEqual([3_999, 3])
  })

  it('cuts at a line break where the second half has one', () => {
    const [first] = messageParts(`${'a'.repeat(3_000)}\n${'b'.repeat(3_000)}`, undefined)
    expect(first?.text).toBe(`${'a'.repeat(3_000)}\n`)
  })

  it('marks the copyable part once, counted in UTF-16 units', () => {
    const [part] = messageParts('😀 code ABCD2345, again ABCD2345', 'ABCD2345')
    expect(part?.entities).toEqual([{ type: 'code', offset: 8, length: 8 }])
  })

  it('marks it in the part that holds it', () => {
    const parts = messageParts(`${'a'.repeat(5_000)} ABCD2345`, 'ABCD2345')
    expect(parts.map(({ entities }) => entities.length)).toEqual([0, 1])
  })

  it('marks nothing when the text does not hold it', () => {
    expect(messageParts('no code here', 'ABCD2345')[0]?.entities).toEqual([])
    expect(messageParts('no code here', '')[0]?.entities).toEqual([])
  })
})
