import { createHash as realHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHash, hash, randomBytes, webcrypto } from '../src/lean/crypto.ts'
import { sha256 } from '../src/lean/sha256.ts'

const expected = (text: string, algorithm = 'sha256'): string =>
  realHash(algorithm).update(text).digest('hex')

describe('SHA-256 without the library', () => {
  // FIPS 180-4 and the classic vectors.
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
    ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
  ])('of a known text is the known one', (text, digest) => {
    expect(sha256(text)).toBe(digest)
  })

  it('is that of the library at every length around a block, and for any text', () => {
    for (let length = 0; length < 200; length += 1) {
      expect(sha256('x'.repeat(length))).toBe(expected('x'.repeat(length)))
    }
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 500 }),
        (text) => sha256(text) === expected(text),
      ),
    )
  })
})

it('goes on with the library when it gets to be much, and for everything else', () => {
  expect(hash('sha256', 'little')).toBe(expected('little'))
  expect(hash('sha256', 'much '.repeat(20_000))).toBe(expected('much '.repeat(20_000)))
  expect(hash('sha256', 'little')).toBe(expected('little'))
  expect(createHash('sha1').update('x').digest('hex')).toBe(expected('x', 'sha1'))
  expect(randomBytes(8)).toHaveLength(8)
  expect(webcrypto.getRandomValues(new Uint8Array(4))).toHaveLength(4)
})
