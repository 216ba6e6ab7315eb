import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

const SIGNATURE = /^sha256=([0-9a-f]{64})$/i

/** Whether these very bytes were signed with the app secret; compared in constant time. */
export function isSigned(body: Uint8Array, signature: string | undefined, secret: string): boolean {
  const [, digits] = SIGNATURE.exec(signature ?? '') ?? []
  if (digits === undefined) return false
  const right = createHmac('sha256', secret).update(body).digest()
  return timingSafeEqual(right, Buffer.from(digits, 'hex'))
}

/** Whether two words are the same; how long that takes says nothing of either. */
export function isSameWord(one: string, other: string): boolean {
  const [left, right] = [one, other].map((word) => createHash('sha256').update(word).digest())
  return left !== undefined && right !== undefined && timingSafeEqual(left, right)
}
