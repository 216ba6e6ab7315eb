import { describe, expect, it } from 'vitest'
import { classifyTelegram } from '../src/index.ts'
import { account } from './bench.ts'
import { messageOfAlice, neverPairs } from './samples.ts'

const whyOf = (raw: unknown): string => {
  const inbound = classifyTelegram(raw, account)
  return inbound.kind === 'ignore' ? inbound.why : inbound.kind
}

describe('classifyTelegram', () => {
  it('says who wrote, where an answer goes, and what they call themselves', () => {
    expect(classifyTelegram(messageOfAlice({ text: 'hello' }), account)).toEqual({
      kind: 'dm',
      channel: 'telegram',
      account: 'default',
      senderId: '100001',
      aliases: [],
      replyTo: '100001',
      messageKey: '100001:7',
      sentAt: 1_795_370_000_000,
      meta: { username: 'alice_t', firstName: 'Alice', lastName: 'A' },
      text: 'hello',
    })
  })

  it('leaves out names that are not given', () => {
    const from = { id: 100001, is_bot: false, first_name: 'Alice', username: '' }
    const inbound = classifyTelegram(messageOfAlice({ text: 'hello', from }), account)
    expect(inbound).toMatchObject({ meta: { firstName: 'Alice' } })
    expect(inbound).not.toHaveProperty('meta.username')
  })

  it('names the group and its author', () => {
    const chat = { id: -100200, type: 'supergroup', title: 'G' }
    expect(classifyTelegram(messageOfAlice({ text: 'hi', chat }), account)).toEqual({
      kind: 'group',
      channel: 'telegram',
      account: 'default',
      groupId: '-100200',
      senderId: '100001',
    })
  })

  it('takes ids of 52 bits and no number that is not exact', () => {
    const of = (id: number) => ({ from: { id, is_bot: false }, chat: { id, type: 'private' } })
    const largest = messageOfAlice({ text: 'hi', ...of(2 ** 52 - 1) })
    expect(classifyTelegram(largest, account)).toMatchObject({ senderId: '4503599627370495' })
    expect(whyOf(messageOfAlice({ text: 'hi', ...of(2 ** 53) }))).toMatch(/author/)
    expect(whyOf(messageOfAlice({ text: 'hi', ...of(1.5) }))).toMatch(/author/)
    expect(whyOf(messageOfAlice({ text: 'hi', ...of(-5) }))).toMatch(/author/)
  })

  it.each([
    ['an edit', /edit/],
    ['a message of a bot', /bot/],
    ['a message to a business account', /business/],
    ['a guest message', /guest/],
    ['a message in the name of a chat', /name of a chat/],
    ['a pinned message', /service message/],
    ['a channel post', /channel/],
    ['a private chat with somebody else in it', /author/],
  ])('says why %s is ignored', (name, why) => {
    expect(whyOf(neverPairs.find((sample) => sample.name === name)?.raw)).toMatch(why)
  })

  it('is not misled by fields that every object has', () => {
    expect(whyOf({ constructor: { text: 'hi' }, toString: 1 })).toBe('an update of another kind')
    expect(whyOf(JSON.parse('{"__proto__":{"message":{"text":"hi"}}}'))).toMatch(/another kind/)
  })

  it.each([
    ['forward_origin', { type: 'user' }],
    ['forward_date', 1_795_370_000],
    ['via_bot', { id: 5, is_bot: true }],
  ])('marks words that were passed on: %s', (field, value) => {
    const inbound = classifyTelegram(messageOfAlice({ text: '/pair', [field]: value }), account)
    expect(inbound).toMatchObject({ kind: 'dm', passedOn: true })
  })

  describe('in a group', () => {
    const chat = { id: -100200, type: 'supergroup', title: 'G' }
    const commandOf = (fields: object, username?: string) => {
      const inbound = classifyTelegram(messageOfAlice({ ...fields, chat }), account, username)
      return inbound.kind === 'group' ? inbound.command : 'no group'
    }

    it('tells a command that means this bot, and where an answer goes', () => {
      const command = { name: 'pair', replyTo: '-100200', messageKey: '-100200:7' }
      expect(commandOf({ text: '/pair' })).toEqual(command)
      expect(commandOf({ text: '/PAIR@Our_Bot now' }, 'our_bot')).toEqual(command)
    })

    it.each([
      ['/pair@other_bot', 'our_bot'],
      ['/pair@our_bot', undefined],
      ['hello /pair', 'our_bot'],
      ['/pair@', 'our_bot'],
      ['/', 'our_bot'],
      [`/${'x'.repeat(40)}`, 'our_bot'],
      ['', 'our_bot'],
      [7, 'our_bot'],
    ])('%j is no command of a bot called %s', (text, username) => {
      expect(commandOf({ text }, username)).toBeUndefined()
    })

    it('takes none that was passed on, and none of nobody', () => {
      expect(commandOf({ text: '/pair', forward_origin: {} })).toBeUndefined()
      expect(commandOf({ text: '/pair', from: undefined })).toBeUndefined()
      expect(commandOf({ text: '/pair', message_id: 'x' })).toBeUndefined()
      expect(commandOf({ caption: '/pair' })).toBeUndefined()
    })
  })
})
