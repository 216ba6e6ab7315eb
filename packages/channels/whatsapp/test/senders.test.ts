import { isOpenClawError } from '@openclaw/pairing-contracts'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isBsuid,
  isLid,
  isPhone,
  jidSender,
  parseWhatsappSender,
  phoneSender,
  whatsappAddress,
  whatsappDefinition,
} from '../src/index.ts'
import vectors from './senders.json' with { type: 'json' }

const { senders, refused } = vectors

describe('a sender of WhatsApp', () => {
  it.each(senders)('%j is read as %j, as the configuration reads it', (typed, id) => {
    expect(parseWhatsappSender(String(typed))).toBe(id)
    expect(parseWhatsappSender(String(id))).toBe(id)
  })

  it.each([...refused, '', ' ', '*', '1'.repeat(2_000)])('is not %j', (typed) => {
    expect(() => parseWhatsappSender(typed)).toThrow(
      expect.objectContaining({
        code: 'ERR_WHATSAPP_SENDER_INVALID',
        hint: expect.stringMatching(/.{10}/),
      }),
    )
  })

  it.each([
    ['*', 'wildcard'],
    ['whatsapp:*', 'wildcard'],
    ['15551234567', 'country-code'],
    ['(555) 123-4567', 'country-code'],
    ['120363023456789012@g.us', 'conversation'],
    ['status@broadcast', 'conversation'],
    ['alice', 'name'],
    ['@alice.b', 'name'],
    ['+12', 'malformed'],
  ])('%j is refused for what it is: %s', (typed, problem) => {
    expect(() => parseWhatsappSender(typed)).toThrow(expect.objectContaining({ problem }))
  })

  it('is one spelling of one of three forms, or a coded error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (typed) => {
        try {
          const id = parseWhatsappSender(typed)
          expect(parseWhatsappSender(id)).toBe(id)
          expect([isPhone(id), isLid(id), isBsuid(id)].filter(Boolean)).toHaveLength(1)
        } catch (error) {
          if (!isOpenClawError(error)) throw error
        }
      }),
    )
  })
})

describe('what the platform calls somebody', () => {
  it('names the person, whichever device it is', () => {
    expect(jidSender('15551234567:40@s.whatsapp.net')).toBe('+15551234567')
    expect(jidSender('99887766554433:1@lid')).toBe('lid:99887766554433')
    expect(jidSender('15551234567')).toBeUndefined()
    expect(jidSender({})).toBeUndefined()
  })

  it('is a number with every digit as it came', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9]\d{6,14}$/), (digits) => {
        expect(phoneSender(digits)).toBe(`+${digits}`)
        expect(jidSender(`${digits}@s.whatsapp.net`)).toBe(`+${digits}`)
      }),
    )
    for (const wrong of ['+15551234567', '015551234567', '', 15_551_234_567, undefined])
      expect(phoneSender(wrong)).toBeUndefined()
  })
})

describe('the definition', () => {
  it('tells people their own id in words that fit it', () => {
    const lines = ['+15551234567', 'lid:998877', 'US.13491208655302741918'].map((typed) =>
      whatsappDefinition.idLine?.(parseWhatsappSender(typed)),
    )
    expect(lines).toEqual([
      'Your WhatsApp phone number: +15551234567',
      'Your WhatsApp sender id: lid:998877',
      'Your WhatsApp sender id: US.13491208655302741918',
    ])
    expect(whatsappDefinition).toMatchObject({ idLabel: 'whatsappSenderId', personal: true })
    expect(whatsappAddress('work')).toEqual({ channel: 'whatsapp', account: 'work' })
  })
})
