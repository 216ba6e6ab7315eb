import type { AccountId } from '@openclaw/pairing-contracts'
import { describe, expect, it } from 'vitest'
import { classifySlack } from '../src/index.ts'
import { messageOfAda, neverPairs, TEAM } from './samples.ts'

const account = 'default' as AccountId
const self = { teams: [TEAM, 'E012ABCDEF'], userId: 'U0THEBOT00' }

const whyOf = (raw: unknown, own?: typeof self): string => {
  const inbound = classifySlack(raw, account, own)
  return inbound.kind === 'ignore' ? inbound.why : inbound.kind
}

describe('classifySlack', () => {
  it('says who wrote, where an answer goes, and when', () => {
    expect(classifySlack(messageOfAda({ text: 'hello' }), account)).toEqual({
      kind: 'dm',
      channel: 'slack',
      account: 'default',
      senderId: 'U012ABCDEF',
      aliases: [],
      replyTo: 'D012ABCDEF',
      messageKey: `${TEAM}:D012ABCDEF:1795370000.000100`,
      sentAt: 1_795_370_000_000,
      meta: {},
      text: 'hello',
    })
  })

  it('answers in the thread where somebody wrote in one', () => {
    const raw = messageOfAda({ thread_ts: '1795360000.000200', ts: '1795370000.123400' })
    expect(classifySlack(raw, account)).toMatchObject({
      kind: 'dm',
      replyTo: 'D012ABCDEF:1795360000.000200',
      sentAt: 1_795_370_000_123,
    })
  })

  it('names the group and its author, and makes no command of it', () => {
    const raw = messageOfAda({ channel: 'C012ABCDEF', channel_type: 'channel', text: '/pair' })
    expect(classifySlack(raw, account)).toEqual({
      kind: 'group',
      channel: 'slack',
      account: 'default',
      groupId: 'C012ABCDEF',
      senderId: 'U012ABCDEF',
    })
  })

  it.each([
    ['an edit', /edit/],
    ["a bot's message", /bot/],
    ['a message of an app for a person', /app/],
    ['Slackbot', /member/],
    ['a message of somebody of another workspace', /another workspace/],
    ['an old message', /old/],
    ['a reaction', /reaction/],
  ])('says why %s is ignored', (name, why) => {
    expect(whyOf(neverPairs.find((sample) => sample.name === name)?.raw)).toMatch(why)
  })

  it('ignores what the bot itself wrote, and events of other workspaces', () => {
    expect(whyOf(messageOfAda({ user: self.userId }), self)).toMatch(/bot itself/)
    expect(whyOf(messageOfAda({ team: 'T0OTHER' }, { team_id: 'T0OTHER' }), self)).toMatch(
      /another workspace/,
    )
    expect(whyOf(messageOfAda({ team: 'E012ABCDEF' }), self)).toBe('dm')
    expect(whyOf(messageOfAda(), self)).toBe('dm')
  })

  it('marks words that were passed on', () => {
    const raw = messageOfAda({ text: '/pair', attachments: [{ is_share: true }] })
    expect(classifySlack(raw, account)).toMatchObject({ kind: 'dm', passedOn: true })
    const preview = messageOfAda({ attachments: [{ from_url: 'https://example.org' }] })
    expect(classifySlack(preview, account)).not.toHaveProperty('passedOn')
  })

  it('unescapes once: what somebody typed as an entity stays one', () => {
    const raw = messageOfAda({ text: '&amp;lt; <mailto:a@b.example|a@b.example> <@U0BOB00000>' })
    expect(classifySlack(raw, account)).toMatchObject({ text: '&lt; a@b.example <@U0BOB00000>' })
  })
})
