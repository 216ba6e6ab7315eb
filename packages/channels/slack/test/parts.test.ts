import type { EpochMs, SenderId } from '@openclaw/pairing-contracts'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SlackApi } from '../src/api.ts'
import { escaped, readable } from '../src/mrkdwn.ts'
import { names } from '../src/names.ts'
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

it('keeps tokens and tickets out of words', () => {
  const redact = redactor('xoxb-1-secret-part', 'odd-app-token')
  const words = redact(
    'xoxb-1-secret-part odd-app-token wss://x/?ticket=abc123&app_id=A1 xapp-1-zz',
  )
  expect(words).toBe('<secret> <secret> wss://x/?ticket=<secret>&app_id=A1 <secret>')
})

it('names are asked for again within minutes, however long Slack asks for quiet', async () => {
  let now = 1_000
  const asked: string[] = []
  const member: SlackApi['member'] = async (userId) => {
    asked.push(userId)
    const retryAfterMs = Number.POSITIVE_INFINITY
    return { ok: false, failure: { kind: 'limited', retryAfterMs, description: 'limited' } }
  }
  const { of } = names({ member }, { now: () => now as EpochMs })
  await of('U0ADALOVE' as SenderId)
  now += 599_999
  await of('U0ADALOVE' as SenderId)
  expect(asked).toHaveLength(1)
  now += 1
  await of('U0ADALOVE' as SenderId)
  expect(asked).toHaveLength(2)
})
