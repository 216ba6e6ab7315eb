/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2). */
const K = fractions(64, Math.cbrt)
/** The same of the square roots of the first 8 primes (5.3.3). */
const START = fractions(8, Math.sqrt)

/** SHA-256 of the UTF-8 bytes of `text` as lower-case hex, without loading a cryptography library. */
export function sha256(text: string): string {
  const state = Uint32Array.from(START)
  const words = new Uint32Array(64)
  const message = padded(new TextEncoder().encode(text))
  for (let at = 0; at < message.byteLength; at += 64)
    mix(state, words, new DataView(message.buffer, at, 64))
  return [...state].map((word) => word.toString(16).padStart(8, '0')).join('')
}

/** A one bit, zeros, and the length in bits, up to whole blocks (5.1.1). */
function padded(bytes: Uint8Array): Uint8Array {
  const message = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64)
  message.set(bytes)
  message[bytes.length] = 0x80
  const length = new DataView(message.buffer, message.length - 8)
  length.setUint32(0, Math.floor(bytes.length / 0x2000_0000))
  length.setUint32(4, (bytes.length << 3) >>> 0)
  return message
}

/** One block (6.2.2). */
function mix(state: Uint32Array, w: Uint32Array, block: DataView): void {
  for (let t = 0; t < 16; t += 1) w[t] = block.getUint32(t * 4)
  for (let t = 16; t < 64; t += 1) {
    const before = at(w, t - 15)
    const last = at(w, t - 2)
    const s0 = turn(before, 7) ^ turn(before, 18) ^ (before >>> 3)
    const s1 = turn(last, 17) ^ turn(last, 19) ^ (last >>> 10)
    w[t] = at(w, t - 16) + s0 + at(w, t - 7) + s1
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let t = 0; t < 64; t += 1) {
    const choice = (e & f) ^ (~e & g)
    const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice + at(K, t) + at(w, t)) | 0
    const majority = (a & b) ^ (a & c) ^ (b & c)
    const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + majority) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  const mixed = [a, b, c, d, e, f, g, h]
  for (let index = 0; index < 8; index += 1) state[index] = at(state, index) + (mixed[index] ?? 0)
}

function turn(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by))
}

function at(words: Uint32Array, index: number): number {
  return words[index] ?? 0
}

function fractions(count: number, root: (prime: number) => number): Uint32Array {
  const found = new Uint32Array(count)
  let filled = 0
  for (let candidate = 2; filled < count; candidate += 1) {
    if (!isPrime(candidate)) continue
    const value = root(candidate)
    found[filled] = (value - Math.floor(value)) * 0x1_0000_0000
    filled += 1
  }
  return found
}

function isPrime(candidate: number): boolean {
  for (let divisor = 2; divisor * divisor <= candidate; divisor += 1) {
    if (candidate % divisor === 0) return false
  }
  return true
}
