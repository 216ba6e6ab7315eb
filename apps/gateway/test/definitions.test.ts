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

/** Ids of every form, shorter and longer ones too. */
const forms = fc.oneof(
  ...[
    /^\+?[0-9]{5,17}$/,
    /^\+1[ .()-]{0,2}[0-9]{4,8}[ -][0-9]{2,4}$/,
    /^[1-9][0-9]{5,16}(_[0-9])?(:[0-9]{1,6})?@(s\.whatsapp\.net|S\.WhatsApp\.net|c\.us|hosted|lid|hosted\.lid|g\.us)$/,
    /^(lid|LID):[0-9]{1,22}$/,
    /^[A-Za-z]{2}\.(ENT\.)?[A-Za-z0-9]{3,8}$/,
    /^[UWCDuw][A-Z0-9\u0131\u017f]{4,32}$/,
    /^<@[UW][A-Z0-9]{5,8}(\|[a-z<>]{0,3})?>$/,
    /^(web|WEB)-[0-9a-f]{31,33}$/,
    /^(uuid:|UUID:|PNI:)?[0-9a-fA-F]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{11,13}$/,
  ].map((form) => fc.stringMatching(form)),
)
const PREFIXES = [
  'whatsapp:',
  'WhatsApp: ',
  'signal:',
  'slack:',
  'user:',
  'tg:',
  'telegram:',
  'webchat:',
]

/** Of a form, with what people put around it. */
const texts = fc
  .tuple(
    fc.constantFrom('', '', ' ', ...PREFIXES),
    fc.oneof({ weight: 5, arbitrary: forms }, fc.string({ maxLength: 40 }), fc.constant('*')),
    fc.constantFrom('', '', '', ' ', '0', '.', '*'),
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
