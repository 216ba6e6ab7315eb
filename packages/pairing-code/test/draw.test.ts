import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { drawPairingCode, isPairingCode, MAX_DRAWS, PAIRING_ALPHABET } from '../src/index.ts'

/** SHA-256 in counter mode: the same bytes for the same seed on every machine. */
function seeded(seed: string): (length: number) => Uint8Array {
  let counter = 0
  return (length) => {
    const blocks: Buffer[] = []
    for (let size = 0; size < length; size += 32) {
      blocks.push(
        createHash('sha256')
          .update(`${seed}/${String(counter)}`)
          .digest(),
      )
      counter += 1
    }
    return Buffer.concat(blocks).subarray(0, length)
  }
}

/** Pearson's statistic of symbol counts against a uniform distribution. */
function chiSquare(symbols: Iterable<string>): number {
  const counts = new Map([...PAIRING_ALPHABET].map((symbol) => [symbol, 0]))
  let total = 0
  for (const symbol of symbols) {
    counts.set(symbol, (counts.get(symbol) ?? Number.NaN) + 1)
    total += 1
  }
  const expected = total / counts.size
  return [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

/** Written apart from the product: rejection sampling on whole bytes, which cannot be biased. */
function* independent(random: (length: number) => Uint8Array, count: number): Generator<string> {
  const limit = Math.floor(256 / PAIRING_ALPHABET.length) * PAIRING_ALPHABET.length
  for (let made = 0; made < count; ) {
    const [byte = 255] = random(1)
    if (byte >= limit) continue
    made += 1
    yield PAIRING_ALPHABET.charAt(byte % PAIRING_ALPHABET.length)
  }
}

/** 31 degrees of freedom: 1 in 100,000 of fair sources is above. */
const CRITICAL = 78.5
const DRAWS = 16_384

function drawn(seed: string): string[] {
  const random = seeded(seed)
  return Array.from({ length: DRAWS }, () => drawPairingCode(random, new Set()))
}

describe('drawing a code', () => {
  it('gives codes only', () => {
    for (let index = 0; index < 1000; index += 1)
      expect(isPairingCode(drawPairingCode(randomBytes, new Set()))).toBe(true)
  })

  it('prefers no symbol, no more than an independent generator does', () => {
    const codes = drawn('uniform')
    expect(chiSquare(codes.join(''))).toBeLessThan(CRITICAL)
    expect(chiSquare(independent(seeded('uniform'), DRAWS * 8))).toBeLessThan(CRITICAL)
    for (let place = 0; place < 8; place += 1)
      expect(chiSquare(codes.map((code) => code.charAt(place)))).toBeLessThan(CRITICAL)
  })

  it('is measured by a statistic that notices a bias of a few percent', () => {
    const skewed = drawn('uniform').map((code, index) =>
      index % 20 === 0 ? `A${code.slice(1)}` : code,
    )
    expect(chiSquare(skewed.map((code) => code.charAt(0)))).toBeGreaterThan(CRITICAL)
  })

  it('passes over codes that are taken', () => {
    const first = drawPairingCode(seeded('again'), new Set())
    const second = drawPairingCode(seeded('again'), new Set([first]))
    expect(second).not.toBe(first)
    expect(isPairingCode(second)).toBe(true)
  })

  it('gives up on a source that repeats itself', () => {
    let asked = 0
    const stuck = (length: number) => {
      asked += 1
      return new Uint8Array(length)
    }
    expect(drawPairingCode(stuck, new Set())).toBe('AAAAAAAA')
    asked = 0
    expect(() => drawPairingCode(stuck, new Set(['AAAAAAAA']))).toThrow(
      expect.objectContaining({ code: 'ERR_PAIRING_CODE_SPACE_EXHAUSTED' }),
    )
    expect(asked).toBe(MAX_DRAWS)
  })

  it('takes no code from a source that gives too few bytes', () => {
    for (const given of [0, 1, 7])
      expect(() => drawPairingCode(() => new Uint8Array(given), new Set())).toThrow(
        expect.objectContaining({ code: 'ERR_PAIRING_CODE_SPACE_EXHAUSTED' }),
      )
  })
})
