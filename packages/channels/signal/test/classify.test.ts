import { describe, expect, it } from 'vitest'
import { classifySignal } from '../src/index.ts'
import { account } from './bench.ts'
import { type Changes, messageOfAlice, NUMBER, neverPairs, UUID } from './samples.ts'

const hello = (changes: Changes = {}) =>
  classifySignal(messageOfAlice({ data: { message: 'hello' }, ...changes }), account)

const whyOf = (raw: unknown): string => {
  const inbound = classifySignal(raw, account)
  return inbound.kind === 'ignore' ? inbound.why : inbound.kind
}

describe('classifySignal', () => {
  it('says who wrote, under both ids, where an answer goes, and what they call themselves', () => {
    expect(hello()).toEqual({
      kind: 'dm',
      channel: 'signal',
      account: 'default',
      senderId: NUMBER,
      aliases: [`uuid:${UUID}`],
      replyTo: NUMBER,
      messageKey: `${UUID}:1795370000123`,
      sentAt: 1_795_370_000_123,
      meta: { name: 'Alice' },
      text: 'hello',
    })
  })

  it('knows a person by the uuid where the number is hidden, in lower case', () => {
    const envelope = { source: UUID, sourceNumber: null, sourceUuid: UUID.toUpperCase() }
    expect(hello({ envelope })).toMatchObject({
      senderId: `uuid:${UUID}`,
      aliases: [],
      replyTo: `uuid:${UUID}`,
      messageKey: `${UUID}:1795370000123`,
    })
  })

  it.each(['15551234567', '+0155512345', 'Alice', '+1555 123 4567', 7])(
    'takes %j for no number, and the uuid for the sender',
    (sourceNumber) => {
      const found = hello({ envelope: { sourceNumber } })
      expect(found).toMatchObject({ senderId: `uuid:${UUID}`, aliases: [] })
    },
  )

  it('takes the time of the server, and how long it kept the message', () => {
    const times = { serverReceivedTimestamp: 1_795_370_001_000 }
    expect(hello({ envelope: times })).toMatchObject({ sentAt: 1_795_370_001_000 })
    expect(hello({ envelope: times })).not.toHaveProperty('heldMs')
    const envelope = { ...times, serverDeliveredTimestamp: 1_795_370_061_000 }
    expect(hello({ envelope })).toMatchObject({ sentAt: 1_795_370_001_000, heldMs: 60_000 })
  })

  it('names the group and its author', () => {
    const groupInfo = { groupId: 'R3JvdXA=', type: 'DELIVER' }
    expect(hello({ data: { message: 'hi', groupInfo } })).toEqual({
      kind: 'group',
      channel: 'signal',
      account: 'default',
      groupId: 'R3JvdXA=',
      senderId: NUMBER,
    })
  })

  it('knows our own messages by number and by uuid', () => {
    expect(hello({ event: { account: NUMBER } })).toMatchObject({ why: 'our own message' })
    expect(hello({ event: { account: UUID.toUpperCase() } })).toMatchObject({
      why: 'our own message',
    })
  })

  it.each([
    ['an edit', /edit/],
    ['a message sent from another device of this account', /another device/],
    ['a note to oneself', /our own/],
    ['a reaction', /reaction/],
    ['a change of the timer', /timer/],
    ['a new profile key', /nothing was written/],
    ['something that the daemon could not read', /could not read/],
    ['a message without an author', /author/],
    ["a message of a phone number's own id", /author/],
  ])('says why %s is ignored', (name, why) => {
    expect(whyOf(neverPairs.find((sample) => sample.name === name)?.raw)).toMatch(why)
  })

  it('is not misled by fields that every object has', () => {
    expect(whyOf({ constructor: { envelope: {} }, toString: 1 })).toBe(
      'an event without an envelope',
    )
    expect(whyOf(JSON.parse('{"__proto__":{"envelope":{}}}'))).toMatch(/without an envelope/)
  })
})
