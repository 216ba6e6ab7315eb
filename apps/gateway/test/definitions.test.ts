import { signalDefinition } from '@openclaw/channel-signal'
import { slackDefinition } from '@openclaw/channel-slack'
import { telegramDefinition } from '@openclaw/channel-telegram'
import { webchatDefinition } from '@openclaw/channel-webchat'
import { whatsappDefinition } from '@openclaw/channel-whatsapp'
import { channelDefinition } from '@openclaw/pairing-config'
import { type ChannelDefinition, isOpenClawError, type SenderId } from '@openclaw/pairing-contracts'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const packages = [
  telegramDefinition,
  whatsappDefinition,
  signalDefinition,
  slackDefinition,
  webchatDefinition,
].map((definition) => [definition.name, definition] as const)

/** What ids are made of, so that many of what is tried are some, and more are nearly some. */
const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          'whatsapp:',
          'WhatsApp: ',
          'signal:',
          'slack:',
          'user:',
          'tg:',
          'telegram:',
          'webchat:',
        ],
        ...[
          '+1',
          '+',
          '1',
          '0',
          '555',
          '1234567',
          '99887766554433',
          ' ',
          '-',
          '(',
          ')',
          '.',
          '_1',
          ':3',
        ],
        ...[
          'lid:',
          'LID:',
          '@lid',
          '@s.whatsapp.net',
          '@S.WhatsApp.net',
          '@c.us',
          '@hosted',
          '@g.us',
        ],
        ...[
          'US.',
          'br.',
          'ENT.',
          'a1B2',
          'U0',
          'W0',
          'ABCDEF',
          'ı',
          'ſ',
          'web-',
          '<@',
          '>',
          '|a',
          '*',
        ],
        ...['uuid:', '3f0c6e7a-1b2c-4d5e-8f90-a1b2c3d4e5f6', '0123456789abcdef0123456789abcdef'],
      ),
      fc.string({ maxLength: 3 }),
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''))

function readBy({ parseSender }: ChannelDefinition, typed: string): SenderId | 'refused' {
  try {
    return parseSender(typed)
  } catch (error) {
    if (isOpenClawError(error)) return 'refused'
    throw error
  }
}

describe.each(packages)('what %s is', (name, definition) => {
  const known = channelDefinition(name)

  it('is the same to its package and to the configuration', () => {
    const { name: own, idLabel, personal, idempotentSend } = definition
    expect(known).toMatchObject({ name: own, idLabel, personal, idempotentSend })
    const id = '+15551234567' as SenderId
    expect(known.idLine?.(id)).toBe(definition.idLine?.(id))
    expect(known.directTo?.(id)).toBe(definition.directTo?.(id))
  })

  it('and so is every sender id that anybody types', () => {
    fc.assert(
      fc.property(texts, (typed) => {
        expect(readBy(known, typed)).toBe(readBy(definition, typed))
      }),
      { numRuns: 2_000 },
    )
  })
})
