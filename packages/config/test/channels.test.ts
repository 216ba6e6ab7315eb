import { type ChannelName, isOpenClawError } from '@openclaw/pairing-contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CHANNELS,
  channelDefinition,
  isAccountId,
  isChannelName,
  isConnectable,
  parseAccountId,
  parseChannelName,
  parseSenderId,
} from '../src/index.ts'
import vectors from './sender-vectors.json' with { type: 'json' }

const named = Object.entries(vectors) as [
  ChannelName,
  { senders: [string, string][]; refused: string[] },
][]

describe.each(named)('a sender of %s', (channel, { senders, refused }) => {
  it.each(senders)('%j is read as %j', (typed, id) => {
    expect(parseSenderId(channel, typed)).toBe(id)
    expect(parseSenderId(channel, id)).toBe(id)
    expect(channelDefinition(channel).idLine?.(id as never)).toContain(id)
  })

  it.each([...refused, '', ' ', '*', `${'1'.repeat(2000)}`, `5${' '.repeat(3000)}x`])(
    'is not %j',
    (typed) => {
      expect(() => parseSenderId(channel, typed)).toThrow(
        expect.objectContaining({
          code: 'ERR_SENDER_INVALID',
          hint: expect.stringMatching(/.{10}/),
        }),
      )
    },
  )

  it('is one spelling of an id, or a coded error that does not repeat the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (typed) => {
        try {
          const id = parseSenderId(channel, typed)
          expect(parseSenderId(channel, id)).toBe(id)
          expect(id).toMatch(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,256}$/u)
          expect(id.trim()).toBe(id)
          expect(id).not.toBe('*')
        } catch (error) {
          if (!isOpenClawError(error)) throw error
          if (typed.trim().length > 12) expect(error.message).not.toContain(typed.trim())
        }
      }),
    )
  })
})

describe('the channels', () => {
  it('tell ids that last from those that may pass on to somebody else', () => {
    const kindOf = (channel: string, id: string) =>
      channelDefinition(channel as ChannelName).lastingKind?.(id as never)
    expect(kindOf('signal', 'uuid:3f0c6e7a-1b2c-4d5e-8f90-000000000001')).toBe('uuid')
    expect(kindOf('signal', '+15551000001')).toBeUndefined()
    expect(kindOf('whatsapp', 'lid:123')).toBe('lid')
    expect(kindOf('whatsapp', 'US.13491208655302741918')).toBe('bsuid')
    expect(kindOf('whatsapp', '+15551000001')).toBeUndefined()
  })

  it('can be connected to by this release, or only prepared', () => {
    const connectable = CHANNELS.filter(({ name }) => isConnectable(name)).map(({ name }) => name)
    const all = ['telegram', 'whatsapp', 'signal', 'imessage', 'discord', 'slack', 'webchat']
    expect(connectable).toEqual(all)
    expect(isConnectable('irc' as ChannelName)).toBe(false)
  })

  it('are those of the mission', () => {
    expect(CHANNELS.map(({ name }) => name)).toEqual([
      'telegram',
      'whatsapp',
      'signal',
      'imessage',
      'discord',
      'slack',
      'webchat',
    ])
  })

  it('have the labels of OpenClaw 2026.2', () => {
    const labels = Object.fromEntries(CHANNELS.map(({ name, idLabel }) => [name, idLabel]))
    expect(labels).toMatchObject({
      telegram: 'telegramUserId',
      whatsapp: 'whatsappSenderId',
      signal: 'signalNumber',
      imessage: 'imessageSenderId',
      discord: 'discordUserId',
      slack: 'slackUserId',
    })
    expect(channelDefinition('irc' as ChannelName).idLabel).toBe('ircUser')
    expect(channelDefinition('constructor' as ChannelName).idLabel).toBe('userId')
  })

  it('are personal where the account is a person’s own', () => {
    const personal = CHANNELS.filter((channel) => channel.personal).map(({ name }) => name)
    expect(personal).toEqual(['whatsapp', 'signal', 'imessage'])
  })
})

describe('naming a channel', () => {
  it.each([
    ['telegram', 'telegram'],
    [' Telegram ', 'telegram'],
    ['TG', 'telegram'],
    ['imsg', 'imessage'],
    ['wa', 'whatsapp'],
    ['web', 'webchat'],
    ['BlueBubbles', 'imessage'],
  ])('%j is %s', (typed, name) => {
    expect(parseChannelName(typed)).toBe(name)
  })

  it.each([
    '',
    'telegran',
    'ABCD2345',
    '__proto__',
    'telegram/x',
    'irc',
    'telegram-work',
    '../etc',
  ])('refuses %j with the channels that there are, and without the text', (typed) => {
    expect(() => parseChannelName(typed)).toThrow(
      expect.objectContaining({
        code: 'ERR_CHANNEL_UNKNOWN',
        channels: CHANNELS.map(({ name }) => name),
        message: expect.not.stringContaining(typed === '' ? '\0' : `"${typed}"`),
      }),
    )
  })

  it('guesses what was meant', () => {
    expect(() => parseChannelName('telegran')).toThrow(
      expect.objectContaining({ hint: 'Did you mean telegram?' }),
    )
  })

  it('takes further channels that exist here', () => {
    expect(parseChannelName('IRC', ['irc' as ChannelName])).toBe('irc')
  })
})

describe('naming an account', () => {
  it.each(['default', 'work', 'a', '0', 'my_bot-2', 'a'.repeat(64)])('takes %j', (typed) => {
    expect(parseAccountId(` ${typed} `)).toBe(typed)
  })

  it.each([
    '',
    'Work',
    '-a',
    '_a',
    'a b',
    'a/b',
    '..',
    'a'.repeat(65),
    'ä',
    'a\n'.repeat(2),
    'a:b',
    '*',
  ])('refuses %j, and never rewrites it', (typed) => {
    expect(() => parseAccountId(typed)).toThrow(
      expect.objectContaining({ code: 'ERR_ACCOUNT_INVALID' }),
    )
    expect(isAccountId(typed)).toBe(false)
  })

  it('knows names that split a file name one way only', () => {
    for (const wrong of ['', 'Telegram', 'tele-gram', '1a', 'a'.repeat(33), 'a_b', null, 5])
      expect(isChannelName(wrong)).toBe(false)
    expect(isChannelName('a1')).toBe(true)
  })
})
