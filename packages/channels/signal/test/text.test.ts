import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { messageParts } from '../src/text.ts'

const LONE_SURROGATE = /\p{Cs}/u
const written = (text: string) => text.replaceAll(/\s/g, '')

it('cuts any text into parts that are it again, none too long and no character in two', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 300 }).map((part) => part.repeat(20))
  fc.assert(
    fc.property(text, (whole) => {
      const parts = messageParts(whole).map((part) => part.text)
      // A piece of blanks alone is left out.
      expect(written(parts.join(''))).toBe(written(whole))
      for (const part of parts) {
        expect(part.length).toBeLessThanOrEqual(2_000)
        expect(part).not.toMatch(LONE_SURROGATE)
      }
    }),
  )
})

it('cuts at the last line break where there is one', () => {
  const text = `${'a'.repeat(1_500)}\n${'b'.repeat(1_500)}`
  expect(messageParts(text).map((part) => part.text.length)).toEqual([1_501, 1_500])
})

it('marks what can be copied, and a table in each part that it reaches into', () => {
  expect(messageParts('code: ABCD2345', { copyable: 'ABCD2345' })).toEqual([
    { text: 'code: ABCD2345', styles: ['6:8:MONOSPACE'] },
  ])
  const table = 'x'.repeat(2_500)
  const styles = messageParts(`see ${table}`, { preformatted: table }).map((part) => part.styles)
  expect(styles).toEqual([['4:1996:MONOSPACE'], ['0:504:MONOSPACE']])
  expect(messageParts('hello', { copyable: 'not in there' })[0]?.styles).toEqual([])
})
