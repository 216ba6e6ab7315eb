import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classifyWeb } from '../src/web/classify.ts'
import { endingOf } from '../src/web/closed.ts'
import { CAUGHT_UP_MS } from '../src/web/limits.ts'
import { plainEvent } from '../src/web/plain.ts'
import { account } from './web/bench.ts'
import {
  ALICE,
  ALICE_LID,
  AT,
  type Changes,
  dms,
  messageOfAlice,
  neverPairs,
} from './web/samples.ts'

const hello = (changes: Changes = {}) => classifyWeb(messageOfAlice(changes), account)

const whyOf = (changes: Changes): string => {
  const inbound = hello(changes)
  return inbound.kind === 'ignore' ? inbound.why : inbound.kind
}

const hidden = { remoteJid: '99887766554433@lid', addressingMode: 'lid' }

describe('a message', () => {
  it('says who wrote, under both ids, where an answer goes, and what they call themselves', () => {
    expect(hello()).toEqual({
      kind: 'dm',
      channel: 'whatsapp',
      account: 'default',
      senderId: ALICE,
      aliases: [ALICE_LID],
      replyTo: '15551234567@s.whatsapp.net',
      messageKey: `${ALICE}:3EB0C767D82B0A1B2C3D`,
      sentAt: AT * 1_000,
      meta: { name: 'Alice' },
      text: 'hi',
    })
  })

  it('of a hidden id is of the number that stands beside it, and answered where it came from', () => {
    const key = { ...hidden, remoteJidAlt: '15551234567:3@s.whatsapp.net' }
    expect(hello({ key })).toMatchObject({
      ...{ senderId: ALICE, aliases: [ALICE_LID], replyTo: '99887766554433@lid' },
    })
  })

  it('of a hidden id is of the number that the library has learned for it', () => {
    const key = { ...hidden, remoteJidAlt: undefined }
    expect(hello({ key, phoneJid: '15551234567@s.whatsapp.net' })).toMatchObject({
      ...{ senderId: ALICE, aliases: [ALICE_LID], replyTo: '99887766554433@lid' },
    })
  })

  it('of a hidden id whose number nobody knows is of that id, and not dropped', () => {
    const key = { ...hidden, remoteJidAlt: undefined }
    expect(hello({ key })).toMatchObject({ senderId: ALICE_LID, aliases: [] })
  })

  it('that names two numbers is of the nearer one', () => {
    const key = { ...hidden, remoteJidAlt: '15551234567@s.whatsapp.net' }
    expect(hello({ key, phoneJid: '15559999999@s.whatsapp.net' })).toMatchObject({
      senderId: ALICE,
    })
    expect(hello({ key: { remoteJidAlt: '15559999999@s.whatsapp.net' } })).toMatchObject({
      ...{ senderId: ALICE, aliases: [] },
    })
  })

  it('of a business in the cloud is of its number', () => {
    expect(hello({ key: { remoteJid: '15551234567:99@hosted', remoteJidAlt: '' } })).toMatchObject({
      ...{ senderId: ALICE, replyTo: '15551234567:99@hosted' },
    })
  })

  it.each([
    [AT, AT * 1_000],
    [String(AT), AT * 1_000],
    [{ low: AT, high: 0, unsigned: true }, AT * 1_000],
    [{ low: -1, high: 0, unsigned: true }, 0xffff_ffff * 1_000],
  ])('sent at %j is understood', (messageTimestamp, sentAt) => {
    expect(hello({ message: { messageTimestamp } })).toMatchObject({ kind: 'dm', sentAt })
  })

  it.each([0, -1, 1.5, 'soon', { low: 1 }, 9e15])('sent at %j is ignored', (messageTimestamp) => {
    expect(whyOf({ message: { messageTimestamp } })).toBe('a message without a time')
  })

  it('that is caught up counts as kept for long, so that no stranger is answered', () => {
    expect(hello({ type: 'append' })).toMatchObject({ kind: 'dm', heldMs: CAUGHT_UP_MS })
    expect(hello()).not.toHaveProperty('heldMs')
  })

  it.each([
    { extendedTextMessage: { text: '/pair', contextInfo: { isForwarded: true } } },
    { imageMessage: { caption: '/pair', contextInfo: { isForwarded: true } } },
  ])('that was passed on says so: %j', (body) => {
    expect(hello({ body })).toMatchObject({ text: '/pair', passedOn: true })
    expect(hello({ body: { extendedTextMessage: { text: '/pair' } } })).not.toHaveProperty(
      'passedOn',
    )
  })

  it('in a group names the group and who wrote', () => {
    const remoteJid = '120363000000000000@g.us'
    const key = {
      remoteJid,
      participant: '99887766554433@lid',
      participantAlt: '15551234567@s.whatsapp.net',
    }
    expect(hello({ key })).toEqual({
      ...{ kind: 'group', channel: 'whatsapp', account: 'default' },
      ...{ groupId: remoteJid, senderId: ALICE },
    })
  })

  it.each([
    ['an edit', /edit/],
    ['an edit in the newer form', /edit/],
    ['a deletion in a chat whose messages vanish', /deletion/],
    ['a reaction', /reaction/],
    ['a status', /status/],
    ['a channel', /channel/],
    ['Meta AI by its number', /bot/],
    ['our own message from the phone', /our own/],
    ['a message that could not be read', /comes again/],
    ['a missed call', /notice/],
    ['wrappers without end', /nothing was written/],
    ['news of our other devices', /another device/],
  ])('says why %s is ignored', (name, why) => {
    const found = neverPairs.find((sample) => sample.name === name)
    const inbound = classifyWeb(found?.raw, account)
    expect(inbound.kind === 'ignore' && inbound.why).toMatch(why)
  })
})

describe('what is kept of an event', () => {
  it('means the same when it is read again', () => {
    for (const { raw } of [...dms, ...neverPairs]) {
      const again: unknown = JSON.parse(JSON.stringify(plainEvent(raw)))
      expect(classifyWeb(again, account)).toEqual(classifyWeb(raw, account))
    }
  })

  it('is small: pictures and keys are left out', () => {
    const body = { imageMessage: { caption: 'look', jpegThumbnail: new Uint8Array(10_000) } }
    const kept = JSON.stringify(plainEvent(messageOfAlice({ body })))
    expect(kept.length).toBeLessThan(600)
    expect(kept).toContain('look')
  })

  it('is JSON, whatever came', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, maxDepth: 20 }), (value) => {
        const event = { type: 'notify', message: value }
        expect(JSON.parse(JSON.stringify(plainEvent(event)))).toEqual(
          JSON.parse(JSON.stringify(plainEvent(plainEvent(event)))),
        )
      }),
    )
  })
})

describe('the end of a connection', () => {
  it.each([401, 403, 411, 440])('with %j is fatal, and says what to do', (code) => {
    const ending = endingOf({ code, reason: '' }, 'work')
    expect(ending).toMatchObject({ kind: 'fatal', error: { code: 'ERR_WHATSAPP_WEB_REFUSED' } })
    expect(ending.kind === 'fatal' && ending.error.hint).toMatch(/./)
  })

  it('after which one has to link anew names the account', () => {
    const hintOf = (account_: string): unknown => {
      const ending = endingOf({ code: 401, reason: '' }, account_)
      return ending.kind === 'fatal' && ending.error.hint
    }
    expect(hintOf('work')).toContain('openclaw channels login whatsapp --account work,')
    expect(hintOf('default')).toContain('openclaw channels login whatsapp,')
  })

  it('with 515 is a restart, with anything else a pause', () => {
    expect(endingOf({ code: 515, reason: 'x' }, 'a').kind).toBe('at-once')
    for (const code of [408, 428, 500, 503, 405, 999, undefined])
      expect(endingOf({ code, reason: 'x' }, 'a').kind).toBe('later')
  })
})
