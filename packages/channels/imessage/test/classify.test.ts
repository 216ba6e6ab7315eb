import type { AccountId } from '@openclaw/pairing-contracts'
import { describe, expect, it } from 'vitest'
import { keptOf } from '../src/bluebubbles/keep.ts'
import { classifyBlueBubbles } from '../src/bluebubbles.ts'
import { dms, messageOfAlice, NUMBER, neverPairs } from './samples.ts'

const account = 'default' as AccountId

describe('what a BlueBubbles server tells', () => {
  it.each(dms)('$name pairs', ({ raw, senderId, text }) => {
    expect(classifyBlueBubbles(raw, account)).toMatchObject({ kind: 'dm', senderId, text })
  })

  it.each(neverPairs)('$name never pairs', ({ raw }) => {
    expect(classifyBlueBubbles(raw, account).kind).not.toBe('dm')
  })

  it('is answered in the chat that it came from, whatever macOS calls it', () => {
    for (const guid of [`iMessage;-;${NUMBER}`, `any;-;${NUMBER}`, `SMS;-;${NUMBER}`])
      expect(classifyBlueBubbles(messageOfAlice({ chat: { guid } }), account)).toMatchObject({
        replyTo: guid,
        senderId: NUMBER,
        messageKey: `${NUMBER}:8F3A2C10-7A51-4F3B-9C55-0D2D4A1B6E01`,
        sentAt: 1_795_370_000_123,
        meta: { service: 'iMessage' },
      })
  })

  it('names a group and who wrote in it', () => {
    const raw = messageOfAlice({ chat: { guid: 'iMessage;+;chat808017', style: 43 } })
    expect(classifyBlueBubbles(raw, account)).toMatchObject({
      kind: 'group',
      groupId: 'iMessage;+;chat808017',
      senderId: NUMBER,
    })
  })

  it('is the same of what is kept of it', () => {
    for (const { raw } of [...dms, ...neverPairs])
      expect(classifyBlueBubbles(keptOf(raw), account)).toEqual(classifyBlueBubbles(raw, account))
    expect(JSON.stringify(keptOf(messageOfAlice())).length).toBeLessThan(400)
  })

  it('is no command where the text was passed on', () => {
    const raw = messageOfAlice({ data: { text: '/pair', isForward: true } })
    expect(classifyBlueBubbles(raw, account)).toMatchObject({ kind: 'dm', passedOn: true })
  })
})
