import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equalPairingCodes, isPairingCode, PAIRING_ALPHABET } from '../src/index.ts'

describe('a pairing code', () => {
  it('is eight characters of the alphabet, in upper case, and nothing else', () => {
    expect(PAIRING_ALPHABET).toHaveLength(32)
    expect(new Set(PAIRING_ALPHABET).size).toBe(32)
    for (let unit = 0; unit < 0x250; unit += 1) {
      const symbol = String.fromCharCode(unit)
      expect(isPairingCode(`ABCD${symbol}234`)).toBe(PAIRING_ALPHABET.includes(symbol))
    }
    for (const wrong of [
      '',
      'ABCD234',
      'ABCD23456',
      'ABCD2345\n',
      ' ABCD2345',
      12345678,
      null,
      undefined,
      ['ABCD2345'],
    ])
      expect(isPairingCode(wrong)).toBe(false)
  })

  it('equals only itself', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 10 }),
      fc
        .array(fc.constantFrom('A', 'B'), { minLength: 8, maxLength: 8 })
        .map((symbols) => symbols.join('')),
    )
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(equalPairingCodes(a, b)).toBe(a === b && a.length === 8)
      }),
      { numRuns: 2000 },
    )
    expect(equalPairingCodes('ABCD2345', 'ABCD2345')).toBe(true)
  })

  it('differs wherever a single character differs, also by one bit', () => {
    for (let place = 0; place < 8; place += 1)
      for (const bit of [1, 0x100, 0x8000]) {
        const other = String.fromCharCode(
          ...[...'ABCD2345'].map((symbol, index) =>
            index === place ? symbol.charCodeAt(0) ^ bit : symbol.charCodeAt(0),
          ),
        )
        expect(equalPairingCodes('ABCD2345', other)).toBe(false)
      }
  })

  it('is not equal to a text without the length of a code', () => {
    for (const [a, b] of [
      ['', ''],
      ['ABC', 'ABC'],
      ['ABCD2345', 'ABCD23456'],
      ['ABCD2345\0', 'ABCD2345'],
    ] as const)
      expect(equalPairingCodes(a, b)).toBe(false)
  })
})
