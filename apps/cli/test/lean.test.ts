import { createHash as realHash } from 'node:crypto'
import * as realOs from 'node:os'
import { expect, it } from 'vitest'
import { createHash, hash, randomBytes, webcrypto } from '../src/lean/crypto.ts'
import * as os from '../src/lean/os.ts'

it('does what node:crypto does', () => {
  const expected = realHash('sha256').update('text').digest('hex')
  expect(hash('sha256', 'text')).toBe(expected)
  expect(createHash('sha256').update('text').digest('hex')).toBe(expected)
  expect(randomBytes(8)).toHaveLength(8)
  expect(webcrypto.getRandomValues(new Uint8Array(4))).toHaveLength(4)
})

it('does what node:os does', () => {
  expect(os.hostname()).toBe(realOs.hostname())
  expect(os.tmpdir()).toBe(realOs.tmpdir())
  expect(os.userInfo()).toEqual(realOs.userInfo())
  expect(os.devNull).toBe(realOs.devNull)
})
