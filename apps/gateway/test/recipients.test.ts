import type { ChannelAddress, EpochMs, InboundDm } from '@openclaw/pairing-contracts'
import { expect, it } from 'vitest'
import { recipients } from '../src/channels/recipients.ts'

const SLACK = { channel: 'slack', account: 'default' } as ChannelAddress
const WORK = { channel: 'slack', account: 'work' } as ChannelAddress
const refused = { outcome: 'refused', reason: 'user_disabled' } as const

function started() {
  let time = 0
  return recipients(() => {
    time += 1
    return time as EpochMs
  })
}

const inbound = (senderId: string, replyTo: string) =>
  ({ ...SLACK, senderId, replyTo }) as unknown as InboundDm

it('who refused is remembered with a reason, a count and a time, the newest first', () => {
  const people = started()
  people.met(inbound('U1', 'D1'))
  people.wrote(SLACK, 'D1', refused)
  people.wrote(SLACK, 'D2', refused)
  people.wrote(SLACK, 'D1', { ...refused, reason: 'blocked' })
  expect(people.of(SLACK)).toEqual([
    { to: 'D1', senderId: 'U1', reason: 'blocked', count: 2, at: 3 },
    { to: 'D2', reason: 'user_disabled', count: 1, at: 2 },
  ])
  expect(people.of(WORK)).toEqual([])
})

it('who can be written to after all is taken off; what nobody knows changes nothing', () => {
  const people = started()
  people.wrote(SLACK, 'D1', refused)
  for (const outcome of ['failed', 'unknown', 'unsupported'] as const)
    people.wrote(SLACK, 'D1', { outcome, reason: 'x' })
  people.wrote(WORK, 'D1', { outcome: 'sent' })
  expect(people.of(SLACK)).toHaveLength(1)
  people.wrote(SLACK, 'D1', { outcome: 'sent' })
  expect(people.of(SLACK)).toEqual([])
})

it('twenty of an account are kept, and a thousand chats are known', () => {
  const people = started()
  for (let who = 0; who < 5_000; who += 1) {
    people.met(inbound(`U${String(who)}`, `D${String(who)}`))
    people.wrote(SLACK, `D${String(who)}`, refused)
  }
  expect(people.of(SLACK)).toHaveLength(20)
  expect(people.of(SLACK)[0]).toMatchObject({ to: 'D4999', senderId: 'U4999' })
  people.wrote(SLACK, 'D1', refused)
  expect(people.of(SLACK)[0]).toEqual({ to: 'D1', reason: 'user_disabled', count: 1, at: 5_001 })
})
