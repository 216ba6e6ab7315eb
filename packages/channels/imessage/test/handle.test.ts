import { describe, expect, it } from 'vitest'
import { handleOf, parseImessageSender } from '../src/index.ts'
import { vectors } from './vectors.ts'

describe('a handle', () => {
  it.each(vectors.senders)('%j is %j', (typed, id) => {
    expect(parseImessageSender(typed)).toBe(id)
    expect(parseImessageSender(id)).toBe(id)
    expect(handleOf(typed)).toBe(id)
  })

  it.each(vectors.refused)('is not %j', (typed) => {
    expect(handleOf(typed)).toBeUndefined()
    expect(() => parseImessageSender(typed)).toThrow(
      expect.objectContaining({ code: 'ERR_IMESSAGE_SENDER_INVALID' }),
    )
  })

  it.each([
    ['chat_id:12', 'chat'],
    ['chat_guid:iMessage;-;+15551234567', 'chat'],
    ['chat_identifier:x', 'chat'],
    ['chatguid:x', 'chat'],
    ['iMessage;+;chat808017', 'chat'],
    ['262966', 'short-code'],
    ['sms:262 966', 'short-code'],
    ['AMAZON', 'name'],
    ['Deutsche Bahn', 'name'],
    ['15551234567', 'no-country'],
    ['*', 'wildcard'],
    ['imessage:*', 'wildcard'],
    ['', 'empty'],
    ['sms: ', 'empty'],
    ['+1', 'malformed'],
    ['a@b', 'malformed'],
    ['5'.repeat(2_000), 'malformed'],
  ])('%j is refused as %s', (typed, problem) => {
    expect(() => parseImessageSender(typed)).toThrow(
      expect.objectContaining({ problem, hint: expect.stringMatching(/.{20}/) }),
    )
  })
})
