import type { AccountId } from '@openclaw/pairing-contracts'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changesOf } from '../src/cloud/split.ts'
import { classifyCloud } from '../src/index.ts'
import {
  ALICE,
  ALICE_BSUID,
  AT,
  dms,
  messageOfAlice,
  neverPairs,
  PHONE_NUMBER_ID,
  type RawChange,
} from './samples.ts'

const account = 'default' as AccountId
const classify = (raw: unknown) => classifyCloud(raw, account, PHONE_NUMBER_ID)
const whyOf = (raw: unknown): string => {
  const inbound = classify(raw)
  return inbound.kind === 'ignore' ? inbound.why : inbound.kind
}
const notification = (...changes: readonly RawChange[]) => ({
  object: 'whatsapp_business_account',
  entry: [{ id: '102290129340398', changes }],
})
const BOB = {
  message: { from: '15557654321', from_user_id: 'US.777', id: 'wamid.BOB' },
  contact: { wa_id: '15557654321', user_id: 'US.777', profile: { name: 'Bob' } },
}

describe('classifyCloud', () => {
  it('says who wrote, by which other id they are known, where an answer goes, and when', () => {
    expect(classify(messageOfAlice({ message: { text: { body: 'hello' } } }))).toEqual({
      kind: 'dm',
      channel: 'whatsapp',
      account: 'default',
      senderId: ALICE,
      aliases: [ALICE_BSUID],
      replyTo: ALICE,
      messageKey: 'wamid.HBgLMTU1NTEyMzQ1NjcVAgASGBQzQTAwMDAwMDAwMDAwMDAwMDAwMQA=',
      sentAt: AT * 1_000,
      meta: { name: 'Alice', username: 'alice.b' },
      text: 'hello',
    })
  })

  it('knows somebody who hides the number by the business-scoped id alone', () => {
    const raw = messageOfAlice({
      message: { from: null },
      value: { contacts: [{ profile: { name: 'Alice' }, user_id: ALICE_BSUID }] },
    })
    expect(classify(raw)).toMatchObject({
      kind: 'dm',
      senderId: ALICE_BSUID,
      aliases: [],
      replyTo: ALICE_BSUID,
      meta: { name: 'Alice' },
    })
  })

  it.each([
    ['a reaction', /reaction/],
    ['an edit', /edit/],
    ['a changed number', /notice/],
    ['a receipt', /receipt/],
    ['an echo of the business app', /own/],
    ['our own message', /own/],
    ['a message to another number', /another number/],
  ])('says why %s is ignored', (name, why) => {
    expect(whyOf(neverPairs.find((sample) => sample.name === name)?.raw)).toMatch(why)
  })

  it('names the group and its author', () => {
    expect(classify(messageOfAlice({ message: { group_id: 'Y2FwaQ==' } }))).toEqual({
      kind: 'group',
      channel: 'whatsapp',
      account: 'default',
      groupId: 'Y2FwaQ==',
      senderId: ALICE,
    })
  })

  it('marks words that were passed on', () => {
    const context = { forwarded: true }
    expect(classify(messageOfAlice({ message: { context } }))).toMatchObject({ passedOn: true })
    const often = { frequently_forwarded: true }
    expect(classify(messageOfAlice({ message: { context: often } }))).toMatchObject({
      passedOn: true,
    })
    const quote = { from: '1', id: 'wamid.x' }
    expect(classify(messageOfAlice({ message: { context: quote } }))).not.toHaveProperty('passedOn')
  })

  it('takes a name from the contact that is the writer alone, and no id of anybody else', () => {
    const contacts = [
      { wa_id: '15557654321', user_id: 'US.777', profile: { name: 'Bob' } },
      { wa_id: '15551234567', user_id: 'US.888888', profile: { name: 'Mallory' } },
    ]
    const inbound = classify(messageOfAlice({ value: { contacts } }))
    expect(inbound).toMatchObject({ senderId: ALICE, aliases: [ALICE_BSUID] })
    expect(inbound).toHaveProperty('meta', {})
  })

  it('keeps the digits that Meta names, whatever the country', () => {
    for (const digits of ['5511987654321', '551187654321', '5215512345678', '525512345678']) {
      const raw = messageOfAlice({ message: { from: digits, from_user_id: 'BR.12345' } })
      expect(classify(raw)).toMatchObject({ senderId: `+${digits}`, aliases: ['BR.12345'] })
    }
  })

  it('makes nothing of other JSON, and never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(classify(json).kind).toBe('ignore')
        expect(changesOf(json)).toEqual([])
        for (const change of changesOf(notification({ field: 'messages', value: json })))
          expect(classify(change).kind).not.toBe('dm')
      }),
    )
  })
})

describe('a notification', () => {
  it.each([...dms, ...neverPairs])('means the same when it was taken apart: $name', ({ raw }) => {
    const changes = changesOf(notification(raw))
    expect(changes).toHaveLength(1)
    expect(classify(changes[0])).toEqual(classify(raw))
  })

  it('brings each message of several with its own writer', () => {
    const [raw] = [messageOfAlice()]
    const value = raw['value'] as { messages: object[]; contacts: object[] }
    const both = {
      ...raw,
      value: {
        ...value,
        messages: [...value.messages, { ...value.messages[0], ...BOB.message }],
        contacts: [BOB.contact, ...value.contacts],
      },
    }
    const read = changesOf(notification(both, raw)).map(classify)
    expect(read).toMatchObject([
      { senderId: ALICE, meta: { name: 'Alice' } },
      { senderId: '+15557654321', aliases: [], meta: { name: 'Bob' } },
      { senderId: ALICE },
    ])
  })

  it('keeps nothing that is not read: no files, no quoted words', () => {
    const raw = messageOfAlice({
      message: {
        type: 'image',
        text: null,
        image: { id: 'media-1', sha256: 'x'.repeat(5_000), caption: 'look' },
        context: { from: '1', id: 'wamid.x', forwarded: true },
        referral: { body: 'y'.repeat(5_000) },
      },
    })
    const kept = JSON.stringify(changesOf(notification(raw)))
    expect(kept).toContain('look')
    expect(kept.length).toBeLessThan(1_000)
  })
})
