import { createHash as realHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { createHash, hash, randomBytes, webcrypto } from '../src/lean/crypto.ts'

it('does what the library does that it stands for', () => {
  const expected = realHash('sha256').update('text').digest('hex')
  expect(hash('sha256', 'text')).toBe(expected)
  expect(createHash('sha256').update('text').digest('hex')).toBe(expected)
  expect(randomBytes(8)).toHaveLength(8)
  expect(webcrypto.getRandomValues(new Uint8Array(4))).toHaveLength(4)
})
