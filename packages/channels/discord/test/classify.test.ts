import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classifyDiscord, discordAddress, discordDefinition, isDiscordToken } from '../src/index.ts'
import { kept } from '../src/kept.ts'
import { decodeTrack, encodeTrack } from '../src/session.ts'
import { older, timeOf } from '../src/snowflake.ts'
import { redactor } from '../src/token.ts'
import { account } from './bench.ts'
import { dms, messageOfAda, neverPairs } from './samples.ts'

describe('a direct message', () => {
  it('says who wrote it, where, when, and what they are called', () => {
    expect(classifyDiscord(messageOfAda(), account, { userId: '900000000000000001' })).toEqual({
      kind: 'dm',
      channel: 'discord',
      account,
      senderId: '200000000000000001',
      aliases: [],
      replyTo: '1299000000000000001',
      messageKey: '1300000000000000001',
      sentAt: timeOf('1300000000000000001'),
      meta: { username: 'ada', name: 'Ada' },
      text: 'hi',
    })
    const author = { id: '200000000000000001', username: 'ada', discriminator: '0042' }
    expect(classifyDiscord(messageOfAda({ author }), account)).toMatchObject({
      meta: { username: 'ada#0042' },
    })
  })

  it('of the bot itself is none', () => {
    const inbound = classifyDiscord(messageOfAda(), account, { userId: '200000000000000001' })
    expect(inbound).toEqual({ kind: 'ignore', why: 'written by the bot itself' })
  })

  it('that passes somebody’s words on says so', () => {
    const forwarded = dms.find(({ name }) => name === 'a forwarded message')
    expect(classifyDiscord(forwarded?.raw, account)).toMatchObject({ passedOn: true })
    expect(classifyDiscord(messageOfAda(), account)).not.toHaveProperty('passedOn')
  })

  it('elsewhere says where, and who wrote it', () => {
    const raw = messageOfAda({ guild_id: '800000000000000001', channel_type: 0 })
    expect(classifyDiscord(raw, account)).toEqual({
      kind: 'group',
      channel: 'discord',
      account,
      groupId: '1299000000000000001',
      senderId: '200000000000000001',
    })
  })

  it('is the same message from what is kept of it', () => {
    for (const { raw } of dms)
      expect(classifyDiscord(kept(raw), account)).toEqual(classifyDiscord(raw, account))
    for (const { raw } of neverPairs.filter(({ raw: { t } }) => t === 'MESSAGE_CREATE'))
      expect(() => kept(raw)).not.toThrow()
  })
})

describe('an id', () => {
  it('says when it was made, beyond what a number can hold', () => {
    expect(timeOf('175928847299117063')).toBe(1_462_015_105_796)
    fc.assert(
      fc.property(fc.bigInt(10n ** 16n, 2n ** 63n), fc.bigInt(10n ** 16n, 2n ** 63n), (a, b) => {
        expect(older(String(a), String(b))).toBe(a < b ? -1 : Number(a > b))
      }),
    )
  })

  it('is written to as a user', () => {
    expect(discordDefinition.directTo?.('200000000000000001' as never)).toBe(
      'user:200000000000000001',
    )
    expect(discordAddress()).toEqual({ channel: 'discord', account: 'default' })
  })
})

describe('how far the gateway was read', () => {
  const session = { id: 's', url: 'wss://gateway.example', shards: 1, seq: 7 }
  const track = decodeTrack('r', undefined)

  it('is the same after a restart, and another root’s is not', () => {
    for (let n = 0; n < 250; n += 1)
      track.newest.set(String(100_000_000_000_000_000n + BigInt(n)), '100000000000000001')
    const mark = encodeTrack('r', { ...track, session })
    const again = decodeTrack('r', mark)
    expect(again.session).toEqual(session)
    expect(again.newest.entries()).toHaveLength(200)
    expect(again.newest.entries()).toEqual(track.newest.entries())
    expect(decodeTrack('other', mark).session).toBeUndefined()
    expect(decodeTrack('other', mark).newest.entries()).toEqual([])
  })

  it.each([
    ...['', '{', 'null', '5', '{"root":"r","session":5,"newest":[[1]]}'],
    '{"root":"r","session":{"id":"s","url":"ws://elsewhere.example","shards":1,"seq":1}}',
    '{"root":"r","session":{"id":"s","url":"wss://x","shards":"1","seq":1}}',
  ])('that is damaged is left out: %s', (mark) => {
    const read = decodeTrack('r', mark)
    expect([read.session, read.newest.entries()]).toEqual([undefined, []])
  })
})

it('knows a token by its form, and keeps it out of words', () => {
  const token = 'OTAwMDAwMDAwMDAwMDAwMDAx.GExamp.ExampleExampleExampleExampleExample123'
  expect(isDiscordToken(token)).toBe(true)
  for (const other of ['', 'x', `Bot ${token}`, `${token} `, 'a.b.c'])
    expect(isDiscordToken(other)).toBe(false)
  expect(redactor('own-secret-part')(`own-secret-part and ${token}!`)).toBe(
    '<secret> and <secret>!',
  )
})
