import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Cut, cutFor, firstPiece, mostPieces, pieces } from '../src/index.ts'

const CODE = 'ABCD2345'

const textsOf = (text: string, cut: Cut): readonly string[] =>
  pieces(text, cut).map((piece) => piece.text)

/** Words, lines, paragraphs and pairs of surrogates, in any order. */
const prose = fc
  .array(
    fc.constantFrom('word', ' ', '\n', '\n\n', '  \n', '😀', 'é', '-', '\t', CODE.slice(0, 4)),
    {
      maxLength: 120,
    },
  )
  .map((parts) => parts.join(''))
const cuts = fc.record({
  units: fc.integer({ min: 2, max: 60 }),
  mode: fc.constantFrom('length' as const, 'newline' as const),
  lines: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
})

describe('a text in pieces', () => {
  it('is whole but for blanks, none is too long, and no character is cut', () => {
    const any = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), prose)
    fc.assert(
      fc.property(any, cuts, (text, cut) => {
        let at = 0
        for (const piece of pieces(text, cut)) {
          expect(text.slice(at, piece.at).trim()).toBe('')
          expect(text.startsWith(piece.text, piece.at)).toBe(true)
          expect(piece.text.length).toBeLessThanOrEqual(cut.units)
          expect(piece.text).not.toMatch(/\p{Cs}/u)
          const lines = piece.text.replace(/\n$/, '').split('\n').length
          expect(lines).toBeLessThanOrEqual(cut.lines ?? lines)
          at = piece.at + piece.text.length
        }
        expect(text.slice(at).trim()).toBe('')
      }),
    )
  })

  it('never has a code in two of them, wherever it stands', () => {
    fc.assert(
      fc.property(prose, prose, cuts, (before, after, cut) => {
        const text = `${before}${CODE}${after}`
        const whole = textsOf(text, { ...cut, whole: [undefined, CODE], most: 60 })
        expect(whole.filter((piece) => piece.includes(CODE))).toHaveLength(1)
        for (const piece of whole) expect(piece.length).toBeLessThanOrEqual(Math.max(cut.units, 8))
      }),
    )
  })

  it('keeps a word together that would fit, also where nobody says that it is a code', () => {
    const text = `${'so '.repeat(9)}the code is ${CODE} and it holds for an hour`
    for (let units = 16; units < 80; units += 1)
      expect(textsOf(text, { units }).filter((piece) => piece.includes(CODE))).toHaveLength(1)
  })

  it('keeps a picture of many lines whole that fits the platform, longer than a piece or not', () => {
    const picture = `${'█▀█\n'.repeat(30)}█ █`
    const cut = cutFor(1_000, { limit: 50, lines: 5 }, [picture])
    expect(textsOf(`Scan this:\n${picture}\nbye`, cut)).toEqual(['Scan this:\n', picture, '\nbye'])
    expect(textsOf(picture, cutFor(100, { limit: 50 }, [picture])).length).toBeGreaterThan(1)
  })

  it('ends at a line break or a blank of the second half, else anywhere', () => {
    expect(textsOf('abcdef\nghijk', { units: 8 })).toEqual(['abcdef\n', 'ghijk'])
    expect(textsOf('a\nbcdefghijk', { units: 8 })).toEqual(['a\nbcdefg', 'hijk'])
    expect(textsOf('one two three', { units: 8 })).toEqual(['one two ', 'three'])
    expect(textsOf(`${'x'.repeat(8)}\n\n`, { units: 8 })).toEqual(['x'.repeat(8)])
  })

  it('by paragraphs ends at the last one that fits, else at a line', () => {
    const text = 'One.\n\nTwo is\nlonger.\n \n\nThree.'
    const byParagraph = (units: number) => textsOf(text, { units, mode: 'newline' })
    expect(byParagraph(40)).toEqual([text])
    expect(byParagraph(28)).toEqual(['One.\n\nTwo is\nlonger.\n \n\n', 'Three.'])
    expect(byParagraph(20)).toEqual(['One.\n\n', 'Two is\nlonger.\n \n\n', 'Three.'])
    expect(textsOf('short\nand a longer line', { units: 16, mode: 'newline' })).toEqual([
      'short\n',
      'and a longer ',
      'line',
    ])
  })

  it('has the first one alone as well, and a code that the near end would cut', () => {
    expect(firstPiece('\n\nabc', { units: 2 })).toBe('\n\n')
    expect(firstPiece(`see ${CODE}${'x'.repeat(90)}`, { units: 8, whole: [CODE] })).toBe('see ')
    expect(firstPiece(`${CODE}${'x'.repeat(90)}`, { units: 4, whole: [CODE], most: 8 })).toBe(CODE)
  })

  it('may be in more of them where they are short, within bounds', () => {
    expect(mostPieces(20, 4_000, {})).toBe(20)
    expect(mostPieces(20, 4_000, { limit: 1_000 })).toBe(80)
    expect(mostPieces(20, 4_000, { limit: 100 })).toBe(100)
    expect(cutFor(4_000, { limit: 9_000 }).units).toBe(4_000)
  })
})
