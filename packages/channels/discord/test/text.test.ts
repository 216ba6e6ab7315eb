import { startDiscordEmulator } from '@openclaw-pairing/emulators'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { escaped } from '../src/markdown.ts'
import { messageParts } from '../src/text.ts'

const ADA = '200000000000000001'
let emulator: Awaited<ReturnType<typeof startDiscordEmulator>>
beforeAll(async () => {
  emulator = await startDiscordEmulator()
  emulator.join(ADA)
})
afterAll(() => emulator.close())

/** What a reader of Discord sees of these messages. */
async function read(parts: readonly string[]) {
  const before = emulator.sent.length
  for (const content of parts) {
    const { status } = await fetch(
      `${emulator.url}/v10/channels/${emulator.directOf(ADA)}/messages`,
      {
        method: 'POST',
        headers: { authorization: `Bot ${emulator.token}`, 'user-agent': 'DiscordBot (x, 1)' },
        body: JSON.stringify({ content }),
      },
    )
    expect(status).toBe(200)
  }
  const seen = emulator.sent.slice(before)
  return {
    text: seen.map(({ text }) => text).join(''),
    code: seen.flatMap(({ code }) => code),
    links: seen.flatMap(({ links }) => links),
    markup: seen.flatMap(({ markup }) => markup),
  }
}

/** Discord drops blanks around a message. */
const withoutBlanks = (text: string): string => text.replaceAll(/\s+/g, '')

const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...['*', '_', '~~', '||', '`', '```', '\\', '> ', '>>> ', '# ', '-# ', '- ', '1. ', '\n'],
        ...[
          '[a](https://x.example)',
          '<@200000000000000001>',
          '<#1>',
          '<:a:1>',
          '<t:1:R>',
          '@everyone',
        ],
        ...[
          'https://a.example/b_c*d',
          'http://x',
          'steam://run',
          'discord://x',
          'HTTPS://Y.example',
          '<',
          '>',
        ],
        ...[
          '](',
          '(',
          ')',
          '¯\\_(ツ)_/¯',
          'a',
          ' ',
          '</a:1>',
          '<mailto:a@b.c>',
          '<https://z.example>',
        ],
      ),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''))
  .filter((text) => text.trim() !== '' && !/\p{Cs}/u.test(text))

describe('a text on its way', () => {
  it('is read as it was written, whatever stands in it: no markup, mentions or headings', async () => {
    await fc.assert(
      fc.asyncProperty(nasty, async (text) => {
        const seen = await read(messageParts(text))
        expect(seen.markup).toEqual([])
        expect(seen.code).toEqual([])
        expect(withoutBlanks(seen.text)).toBe(withoutBlanks(text))
      }),
      { numRuns: 200 },
    )
  }, 30_000)

  it('has its copyable part in letters of one width, and nothing else', async () => {
    const copyable = 'ABCD2345'
    await fc.assert(
      fc.asyncProperty(nasty, nasty, async (before, after) => {
        const text = `${before}\n${copyable}\n${after}`
        const seen = await read(messageParts(text, { copyable }))
        expect(seen.markup).toEqual([])
        expect(seen.code).toEqual([copyable])
        expect(withoutBlanks(seen.text)).toBe(withoutBlanks(text))
      }),
      { numRuns: 150 },
    )
  }, 30_000)

  it('keeps the shape of a preformatted part between others', async () => {
    const pre = '  █▀▀█  \n  █▄▄█ *x* <@1>\n   tail'
    const seen = await read(
      messageParts(`Scan *this*:\n\n${pre}\n\nthen that`, { preformatted: pre }),
    )
    expect(seen).toMatchObject({
      code: [pre],
      markup: [],
      text: `Scan *this*:\n\n${pre}\n\nthen that`,
    })
  })

  it.each(['a ``` b', '`a', 'a`', '```'])('does not let %j end a block by itself', async (pre) => {
    const text = `before\n${pre}\n**after**`
    const seen = await read(messageParts(text, { preformatted: pre }))
    expect(seen).toMatchObject({ code: [], markup: [], text })
  })

  it.each(['a`b', ' a', 'a\nb', ''])(
    'leaves %j as it is where it cannot be marked',
    async (code) => {
      const text = `x ${code} **y**`
      expect(await read(messageParts(text, { copyable: code }))).toMatchObject({
        code: [],
        markup: [],
        text,
      })
    },
  )

  it('keeps web addresses as links, whole and with their own words', async () => {
    const text = 'See https://a.example/b_c?d=*e*&f=(g), http://127.0.0.1:8080/x_y. Or not.'
    const seen = await read(messageParts(text))
    expect(seen.text).toBe(text)
    expect(seen.links).toEqual(['https://a.example/b_c?d=*e*&f=(g', 'http://127.0.0.1:8080/x_y'])
    expect(escaped('[good](https://evil.example)')).toBe('\\[good\\](<https://evil.example>)')
  })

  it('is whole in messages of at most 2000, in as few as hold it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme', minLength: 1_500, maxLength: 6_000 }),
        async (text) => {
          const parts = messageParts(text)
          for (const part of parts) {
            expect(part.length).toBeLessThanOrEqual(2_000)
            expect(part).not.toMatch(/\p{Cs}/u)
          }
          expect(parts.length).toBeLessThanOrEqual(Math.ceil(text.length / 600) + 1)
        },
      ),
      { numRuns: 30 },
    )
    const lines = `${'x'.repeat(99)}\n`.repeat(45)
    expect(messageParts(lines).map((part) => part.length)).toEqual([2_000, 2_000, 500])
    expect(messageParts('_'.repeat(5_000)).join('')).toBe('\\_'.repeat(5_000))
    expect(messageParts('   \n ')).toEqual([])
    const wide = `${'█'.repeat(60)}\n`.repeat(60)
    const seen = await read(messageParts(`Look:\n${wide}end`, { preformatted: wide }))
    expect(seen.code.length).toBeGreaterThan(1)
    expect(withoutBlanks(seen.text)).toBe(withoutBlanks(`Look:\n${wide}end`))
  }, 30_000)
})
