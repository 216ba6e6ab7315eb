import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { books, EMPTY_BOOKS } from '../src/books.ts'
import { escaped, readable } from '../src/mrkdwn.ts'
import { decodePosition, encodePosition } from '../src/position.ts'
import { messageParts } from '../src/text.ts'
import { redactor } from '../src/token.ts'

const texts = fc.string({ unit: 'grapheme', maxLength: 9_000, size: 'max' })

describe('a text on its way', () => {
  it('is whole, in parts that are not too long, whatever is marked in it', () => {
    fc.assert(
      fc.property(
        texts,
        fc.string({ maxLength: 8 }),
        fc.string({ maxLength: 40 }),
        (text, a, b) => {
          const parts = messageParts(text, { copyable: a, preformatted: b })
          expect(parts.map((part) => readable(part.text)).join('')).toBe(readable(escaped(text)))
          for (const { text: part, blocks } of parts) {
            expect(part.length).toBeLessThanOrEqual(5 * 4_000)
            expect(part).not.toMatch(/[<>]|\p{Cs}/u)
            if (!blocks) continue
            const shown = blocks.flatMap(({ elements }) =>
              elements.flatMap((each) => each.elements),
            )
            expect(shown.map((each) => each.text).join('')).toBe(readable(part))
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('reads back what it escaped', () => {
    fc.assert(fc.property(texts, (text) => readable(escaped(text)) === text))
  })
})

describe('the position', () => {
  it('says the same after a restart', () => {
    const of = books(EMPTY_BOOKS)
    const [done, open] = ['done', 'open'].map((name) => ({
      keys: [`T0:D0:${name}`, `event:${name}`],
      payload: { type: 'event_callback', event: { text: `${name}, with a comma` } },
    }))
    if (!done || !open) throw new Error('no entries')
    expect([of.admit(done), of.admit(open)]).toEqual(['new', 'new'])
    of.settle(done)
    const saved = JSON.parse(JSON.stringify(encodePosition('T0', of.state())))
    const position = decodePosition(saved)
    expect(position).toEqual({ team: 'T0', keys: done.keys, open: [open.payload] })
    const after = books(position ?? EMPTY_BOOKS)
    expect([after.admit(done), after.admit(open)]).toEqual(['settled', 'new'])
  })

  it.each([1, 'text', [], { version: 2 }, { version: 1, team: 'T0', keys: '', open: '{' }])(
    'that is none of ours is told from one that was never saved: %j',
    (saved) => {
      expect(decodePosition(saved)).toBeUndefined()
      expect(decodePosition(undefined)).toMatchObject({ team: undefined })
    },
  )

  it('has room for so many open messages, and remembers so many handled ones', () => {
    const of = books(EMPTY_BOOKS)
    const entry = (n: number) => ({ keys: [`k${String(n)}`], payload: {} })
    for (let n = 0; n < 200; n += 1) expect(of.admit(entry(n))).toBe('new')
    expect(of.admit(entry(200))).toBe('full')
    expect(of.admit(entry(7))).toMatchObject({ keys: ['k7'] })
    for (let n = 0; n < 10_000; n += 1) of.settle(entry(n + 1_000))
    expect(of.state().keys).toHaveLength(600)
    expect(of.admit(entry(10_999))).toBe('settled')
  })
})

it('keeps tokens and tickets out of words', () => {
  const redact = redactor('xoxb-1-secret-part', 'odd-app-token')
  const words = redact(
    'xoxb-1-secret-part odd-app-token wss://x/?ticket=abc123&app_id=A1 xapp-1-zz',
  )
  expect(words).toBe('<token> <token> wss://x/?ticket=<token>&app_id=A1 <token>')
})
