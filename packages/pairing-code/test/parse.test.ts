import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  InvalidPairingCode,
  isPairingCode,
  MAX_TYPED_LENGTH,
  PAIRING_ALPHABET,
  type PairingCode,
  parsePairingCode,
} from '../src/index.ts'
import vectors from './vectors.json' with { type: 'json' }

const code = fc
  .array(fc.constantFrom(...PAIRING_ALPHABET), { minLength: 8, maxLength: 8 })
  .map((symbols) => symbols.join('') as PairingCode)
const gap = fc.constantFrom('', '', '', ' ', '  ', '-', ' - ', '\t', '\u2011', '\u00a0', '\n')

/** The same code as somebody might type it. */
const typedCode = code.chain((value) =>
  fc
    .tuple(
      fc.array(gap, { minLength: 9, maxLength: 9 }),
      fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
    )
    .map(([gaps, lower]) => ({
      value,
      typed: [...value]
        .map(
          (symbol, index) => `${gaps[index] ?? ''}${lower[index] ? symbol.toLowerCase() : symbol}`,
        )
        .concat(gaps[8] ?? '')
        .join(''),
    })),
)

describe('reading a code', () => {
  it.each(vectors.accepted)('reads $code in $typed', ({ typed, code: expected }) => {
    expect(parsePairingCode(typed)).toBe(expected)
  })

  it.each(vectors.refused)('refuses $typed as $code', ({ typed, ...expected }) => {
    expect(() => parsePairingCode(typed)).toThrow(expect.objectContaining(expected))
  })

  it('reads a code through any case, spaces and hyphens', () => {
    fc.assert(
      fc.property(typedCode, ({ value, typed }) => {
        expect(parsePairingCode(typed)).toBe(value)
      }),
      { numRuns: 500 },
    )
  })

  it('reads the labelled code whatever other words stand around it', () => {
    const words = fc.array(
      fc.constantFrom('PLEASESS', 'telegram', 'WHATSAPP', 'hello', '23456789', ':', 'code'),
      {
        maxLength: 12,
      },
    )
    fc.assert(
      fc.property(code, words, words, (value, before, after) => {
        const text = `${before.join(' ')}\nPairing code: ${value}\n${after.join(' ')}`
        expect(parsePairingCode(text)).toBe(value)
      }),
    )
  })

  it('answers a code or an error of its own for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        try {
          expect(isPairingCode(parsePairingCode(text))).toBe(true)
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_PAIRING_CODE_/) })
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('an error about a typed code', () => {
  it.each([
    'QQWWEER0',
    'QQWWEERRTT',
    'it was QQWWEE RRT or like it',
    'Pairing code: QQWWEER0, please approve',
    'QQWWEERR or QQWWEETT, not sure',
    `Pairing code: QQWWEERR${' '.repeat(MAX_TYPED_LENGTH)}`,
  ])('never holds the text, %#', (typed) => {
    const error = caught(() => parsePairingCode(typed))
    const shown = [String(error), error.stack, JSON.stringify(error), ...Object.values(error)]
    expect(shown.join('\n')).not.toMatch(/QQWWEE/i)
  })

  it('says so at once when there is too much text', () => {
    const typed = `Pairing code: ABCD2345${' '.repeat(MAX_TYPED_LENGTH)}`
    expect(() => parsePairingCode(typed)).toThrow(expect.objectContaining({ fault: 'too-long' }))
  })

  it('comes quickly for the worst text of the longest length', () => {
    const texts = ['"', 'pairing ', 'pairing code:', 'pairing approve ', ' ', '"a'].map((part) =>
      part.repeat(MAX_TYPED_LENGTH).slice(0, MAX_TYPED_LENGTH),
    )
    const started = performance.now()
    for (const text of texts)
      expect(caught(() => parsePairingCode(text))).toBeInstanceOf(InvalidPairingCode)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

function caught(work: () => unknown): Error {
  try {
    work()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('nothing was thrown')
}
