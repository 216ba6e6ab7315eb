import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineReader } from '../src/child.ts'

/** What comes of bytes that arrive in parts of these lengths, over and over. */
function read(bytes: Buffer, lengths: readonly number[], most: number) {
  const lines: string[] = []
  let tooLong = 0
  const take = lineReader(
    { onLine: (line) => void lines.push(line), onTooLong: () => (tooLong += 1) },
    { most },
  )
  for (let at = 0, step = 0; at < bytes.length; step += 1) {
    const length = lengths[step % lengths.length] ?? 1
    take(bytes.subarray(at, at + length))
    at += length
  }
  return { lines, tooLong }
}

const line = fc
  .string({ unit: 'binary', maxLength: 12 })
  .map((text) => text.replaceAll(/[\r\n]/g, ''))
const lengths = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 })

describe('lines', () => {
  it('are the same wherever the bytes were split, inside a character too', () => {
    fc.assert(
      fc.property(fc.array(line), lengths, (lines, parts) => {
        const bytes = Buffer.from(lines.map((each) => `${each}\n`).join(''))
        const said = lines.map((each) => Buffer.from(each).toString()).filter((each) => each !== '')
        expect(read(bytes, parts, 1_000)).toEqual({ lines: said, tooLong: 0 })
      }),
    )
  })

  it('that are too long are left out to their end, each told once, and nothing else is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('a', 'é', '😀'), fc.integer({ min: 0, max: 30 }))),
        lengths,
        (all, parts) => {
          const lines = all.map(([unit, count]) => unit.repeat(count))
          const bytes = Buffer.from(lines.map((each) => `${each}\n`).join(''))
          const short = lines.filter((each) => each !== '' && each.length <= 10)
          const tooLong = lines.filter((each) => each.length > 10).length
          expect(read(bytes, parts, 10)).toEqual({ lines: short, tooLong })
        },
      ),
    )
  })

  it('may end as they do on other machines, and one without an end is no line', () => {
    expect(read(Buffer.from('one\r\ntwo\n\nthree'), [3], 10)).toEqual({
      lines: ['one', 'two'],
      tooLong: 0,
    })
    expect(read(Buffer.from('0123456789\r\n0123456789\n'), [1], 10).lines).toHaveLength(2)
  })

  it('never hold more than one line', () => {
    const take = lineReader({ onLine: () => {} }, { most: 1_000 })
    const part = Buffer.alloc(1024 * 1024, 'x')
    const before = process.memoryUsage().heapUsed
    for (let n = 0; n < 200; n += 1) take(part)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(50 * 1024 * 1024)
  })
})
