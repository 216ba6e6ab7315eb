import { generateKeyPairSync, createHash as realHash, sign } from 'node:crypto'
import * as realOs from 'node:os'
import { expect, it } from 'vitest'
import {
  createHash,
  createPublicKey,
  hash,
  randomBytes,
  verify,
  webcrypto,
} from '../src/lean/crypto.ts'
import * as os from '../src/lean/os.ts'

it('does what node:crypto does', () => {
  const expected = realHash('sha256').update('text').digest('hex')
  expect(hash('sha256', 'text')).toBe(expected)
  expect(createHash('sha256').update('text').digest('hex')).toBe(expected)
  expect(randomBytes(8)).toHaveLength(8)
  expect(webcrypto.getRandomValues(new Uint8Array(4))).toHaveLength(4)
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const key = createPublicKey({
    key: publicKey.export({ format: 'der', type: 'spki' }),
    format: 'der',
    type: 'spki',
  })
  const data = Buffer.from('text')
  expect(verify(null, data, key, sign(null, data, privateKey))).toBe(true)
  expect(verify(null, data, key, Buffer.alloc(64))).toBe(false)
})

it('does what node:os does', () => {
  expect(os.hostname()).toBe(realOs.hostname())
  expect(os.tmpdir()).toBe(realOs.tmpdir())
  expect(os.userInfo()).toEqual(realOs.userInfo())
  expect(os.devNull).toBe(realOs.devNull)
})
