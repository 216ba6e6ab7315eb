import type { DmPairing, Explanation } from '@openclaw/dm-pairing'
import type { AccountId, DmPolicy, SenderId } from '@openclaw/pairing-contracts'
import { describe, expect, it } from 'vitest'
import { webchatPeople } from '../src/channels/webchat-people.ts'
import { WEBCHAT } from './support.ts'

/** What the web chat is told when one look after the other finds these, and no request waits any more. */
function stateAfter(...decisions: readonly Explanation['decision'][]) {
  const left = [...decisions]
  const people = {
    why: async () => ({ decision: left.shift() }),
    list: async () => [{ requests: [] }],
  }
  return webchatPeople({
    people: people as unknown as DmPairing,
    policyOf: () => ({}) as DmPolicy,
    approveCommand: () => '',
    address: { channel: WEBCHAT, account: 'default' as AccountId },
  }).stateOf('web-1' as SenderId)
}

describe('how a visitor stands while the owner decides', () => {
  it('is allowed when they were let in between the two looks', async () => {
    expect(await stateAfter('pending', 'deliver')).toEqual({ state: 'allowed' })
  })

  it('is none when they were rejected', async () => {
    expect(await stateAfter('pending', 'pending')).toEqual({ state: 'none' })
  })
})
