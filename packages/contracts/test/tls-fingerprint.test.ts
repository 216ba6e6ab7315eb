import { describe, expect, it } from 'vitest'
import { parseFingerprint } from '../src/index.ts'

const DIGITS = 'ab'.repeat(32)

describe('a fingerprint', () => {
  it.each([
    DIGITS,
    DIGITS.toUpperCase(),
    ` sha256:${DIGITS}\n`,
    `SHA-256:${DIGITS}`,
    DIGITS.replaceAll('ab', 'AB:').slice(0, -1),
  ])('is read as people and programs write it: %j', (typed) => {
    expect(parseFingerprint(typed)).toBe(DIGITS)
  })

  it.each(['', DIGITS.slice(1), `${DIGITS}0`, DIGITS.replace('a', 'g'), 'sha256:'])(
    'is none with other digits, or more or fewer: %j',
    (typed) => {
      expect(parseFingerprint(typed)).toBeUndefined()
    },
  )
})
