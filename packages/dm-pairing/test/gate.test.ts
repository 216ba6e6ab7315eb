import type { DmPolicyName, EpochMs, Inbound } from '@openclaw/pairing-contracts'
import { describe, expect, it } from 'vitest'
import { decidePolicy, type SenderFacts } from '../src/index.ts'
import {
  at,
  challenged,
  HOUR,
  id,
  MINUTE,
  message,
  policy,
  ROOT,
  stored,
  transactions,
  type World,
  who,
  world,
} from './world.ts'

/** What the gate says to sender 1 in a state, under a policy. */
async function verdict(state: string, name: DmPolicyName, allowFrom: readonly string[]) {
  const here = world()
  await PREPARE[state]?.(here)
  here.policy = policy({ policy: name, allowFrom })
  const outcome = await here.dm.gate(message(state === 'owner' ? '999' : '1'))
  if (outcome.outcome === 'deliver') return `deliver ${outcome.grant.via}`
  return outcome.outcome === 'ignored' ? outcome.because : outcome.outcome
}

const PREPARE: Readonly<Record<string, (here: World) => Promise<unknown>>> = {
  unknown: async () => undefined,
  owner: async () => undefined,
  pending: async ({ dm }) => dm.gate(message('1')),
  allowed: async ({ dm }) => dm.allow(ROOT, who('1')),
  expired: async ({ dm, clock }) => {
    await dm.allow(ROOT, who('1'), { expiresInMs: MINUTE })
    clock.advance(MINUTE)
  },
  revoked: async ({ dm }) => {
    await dm.allow(ROOT, who('1'))
    await dm.revoke(ROOT, who('1'))
  },
  blocked: async ({ dm }) => dm.block(ROOT, who('1')),
}

describe('the golden table: policy x state of the sender', () => {
  const rows: readonly [string, DmPolicyName, readonly string[], string][] = [
    ['unknown', 'pairing', [], 'challenge'],
    ['unknown', 'pairing', ['*'], 'challenge'],
    ['unknown', 'pairing', ['tg:1'], 'deliver config'],
    ['unknown', 'allowlist', [], 'policy-allowlist'],
    ['unknown', 'allowlist', ['*'], 'policy-allowlist'],
    ['unknown', 'allowlist', ['telegram:1'], 'deliver config'],
    ['unknown', 'open', ['*'], 'deliver open'],
    ['unknown', 'open', [], 'policy-allowlist'],
    ['unknown', 'open', ['1'], 'deliver config'],
    ['unknown', 'disabled', ['*', '1'], 'policy-disabled'],
    ['pending', 'pairing', [], 'pending'],
    ['pending', 'allowlist', [], 'policy-allowlist'],
    ['pending', 'open', ['*'], 'deliver open'],
    ['pending', 'disabled', [], 'policy-disabled'],
    ['allowed', 'pairing', [], 'deliver store'],
    ['allowed', 'allowlist', [], 'policy-allowlist'],
    ['allowed', 'open', ['*'], 'deliver store'],
    ['allowed', 'open', [], 'deliver store'],
    ['allowed', 'disabled', ['1'], 'policy-disabled'],
    ['expired', 'pairing', [], 'challenge'],
    ['expired', 'allowlist', [], 'policy-allowlist'],
    ['expired', 'open', ['*'], 'deliver open'],
    ['expired', 'open', [], 'policy-allowlist'],
    ['revoked', 'pairing', [], 'challenge'],
    ['revoked', 'pairing', ['1'], 'deliver config'],
    ['revoked', 'allowlist', [], 'policy-allowlist'],
    ['revoked', 'open', ['*'], 'deliver open'],
    ['revoked', 'disabled', [], 'policy-disabled'],
    ['blocked', 'pairing', [], 'blocked'],
    ['blocked', 'pairing', ['1'], 'blocked'],
    ['blocked', 'allowlist', ['1'], 'blocked'],
    ['blocked', 'open', ['*'], 'blocked'],
    ['blocked', 'disabled', [], 'blocked'],
    ['owner', 'pairing', [], 'deliver owner'],
    ['owner', 'allowlist', [], 'deliver owner'],
    ['owner', 'open', [], 'deliver owner'],
    ['owner', 'disabled', [], 'policy-disabled'],
  ]
  it.each(rows)('%s under %s with allowFrom %j: %s', async (state, name, allowFrom, expected) => {
    expect(await verdict(state, name, allowFrom)).toBe(expected)
  })
})

describe('decidePolicy', () => {
  const facts: readonly (keyof SenderFacts)[] = [
    'blocked',
    'owner',
    'configured',
    'wildcard',
    'granted',
  ]
  const all = Array.from({ length: 32 }, (_, bits) =>
    Object.fromEntries(facts.map((name, index) => [name, ((bits >> index) & 1) === 1])),
  ) as unknown as readonly SenderFacts[]

  it('never lets a blocked sender or anybody under disabled in', () => {
    for (const given of all) {
      expect(decidePolicy('disabled', given).decision).toBe('ignored')
      if (!given.blocked) continue
      for (const name of ['pairing', 'allowlist', 'open'] as const) {
        expect(decidePolicy(name, given)).toEqual({ decision: 'ignored', because: 'blocked' })
      }
    }
  })

  it('lets neither the store nor a wildcard widen allowlist', () => {
    for (const given of all) {
      const bare = { ...given, granted: false, wildcard: false }
      expect(decidePolicy('allowlist', given)).toEqual(decidePolicy('allowlist', bare))
    }
  })

  it('makes strangers only under pairing', () => {
    for (const given of all) {
      for (const name of ['allowlist', 'open', 'disabled'] as const) {
        expect(decidePolicy(name, given).decision).not.toBe('stranger')
      }
    }
  })
})

describe('the gate', () => {
  it('ignores groups and what is not known, and never makes a request of them', async () => {
    const { dm, store } = world()
    const group: Inbound = { kind: 'group', ...at(), groupId: '-100', senderId: id('1') }
    for (const inbound of [group, { kind: 'ignore', why: 'a reaction' } as const]) {
      expect(await dm.gate(inbound)).toMatchObject({ outcome: 'ignored', because: 'not-a-dm' })
    }
    expect(stored(store, 'dm.requests')).toEqual({})
  })

  it('delivers nobody in a group, whoever was approved', async () => {
    const { dm } = world({ policy: { policy: 'open', allowFrom: ['*'] } })
    await dm.allow(ROOT, who('1'))
    const outcome = await dm.gate({ kind: 'group', ...at(), groupId: '-1', senderId: id('1') })
    expect(outcome).toMatchObject({ outcome: 'ignored', because: 'not-a-dm' })
  })

  it('hands out the message itself, with the grant', async () => {
    const { dm, clock } = world()
    await dm.allow(ROOT, who('1'), { expiresInMs: HOUR })
    const given = message('1')
    const outcome = await dm.gate(given)
    expect(outcome).toMatchObject({
      outcome: 'deliver',
      message: given,
      grant: { via: 'store', since: clock.now(), expiresAt: clock.now() + HOUR },
    })
  })

  it('does no transaction for a sender who was let in', async () => {
    const { dm, begun } = world()
    await dm.allow(ROOT, who('1'))
    begun.clear()
    for (let count = 0; count < 100; count += 1) await dm.gate(message('1'))
    expect(transactions(begun)).toBe(0)
  })

  it('never lets an approval of one account in on another, or on another channel', async () => {
    const { dm } = world()
    await dm.allow(ROOT, who('1', at('telegram', 'work')))
    expect((await dm.gate(message('1', at('telegram', 'work')))).outcome).toBe('deliver')
    expect((await dm.gate(message('1'))).outcome).toBe('challenge')
    expect((await dm.gate(message('1', at('whatsapp', 'work')))).outcome).toBe('challenge')
  })

  it('refuses an account that could share a key with another', async () => {
    const { dm } = world()
    await expect(dm.gate(message('1', at('telegram', 'a/b')))).rejects.toMatchObject({
      code: 'ERR_DM_ACCOUNT_INVALID',
    })
    await expect(dm.gate(message('1', at('nochannel')))).rejects.toMatchObject({
      code: 'ERR_DM_CHANNEL_UNKNOWN',
    })
  })

  it('refuses a stranger whose id is none, and writes nothing', async () => {
    const { dm, begun } = world()
    for (const senderId of ['*', '', 'a\u001bb', 'x'.repeat(257), ' 1']) {
      await expect(dm.gate(message(senderId))).rejects.toMatchObject({
        code: 'ERR_DM_SENDER_INVALID',
      })
    }
    expect(transactions(begun)).toBe(0)
  })

  it('lets nobody in when the policy cannot be read', async () => {
    const broken = new Error('no configuration')
    const { dm } = world({
      policyOf: () => {
        throw broken
      },
    })
    await expect(dm.gate(message('999'))).rejects.toBe(broken)
  })

  it('uses a new policy for the next message', async () => {
    const here = world()
    await here.dm.allow(ROOT, who('1'))
    expect((await here.dm.gate(message('1'))).outcome).toBe('deliver')
    here.policy = policy({ policy: 'disabled' })
    expect((await here.dm.gate(message('1'))).outcome).toBe('ignored')
  })

  it('reads one policy object apart for each channel', async () => {
    const here = world({ policy: { policy: 'allowlist', allowFrom: ['tg:5'] } })
    expect((await here.dm.gate(message('5'))).outcome).toBe('deliver')
    expect((await here.dm.gate(message('5', at('whatsapp')))).outcome).toBe('ignored')
    expect((await here.dm.gate(message('tg:5', at('whatsapp')))).outcome).toBe('deliver')
  })
})

describe('aliases', () => {
  const aliased = (senderId: string, ...aliases: readonly string[]) =>
    message(senderId, { aliases: aliases.map(id) })

  it('lets in whoever was approved under another id of theirs', async () => {
    const { dm } = world()
    await dm.allow(ROOT, who('1'))
    expect(await dm.gate(aliased('2', '3', '1'))).toMatchObject({ grant: { via: 'store' } })
  })

  it('keeps out whoever was blocked under any id, even when another is allowed or configured', async () => {
    const here = world({ policy: { allowFrom: ['1'] } })
    await here.dm.allow(ROOT, who('2'))
    await here.dm.block(ROOT, who('3'))
    expect(await here.dm.gate(aliased('1', '2', '3'))).toMatchObject({ because: 'blocked' })
    // The event said that they are the same person.
    expect(await here.dm.gate(aliased('1', '2'))).toMatchObject({ because: 'blocked' })
    await here.dm.unblock(ROOT, who('3'))
    expect(await here.dm.gate(aliased('1', '2'))).toMatchObject({ outcome: 'deliver' })
  })

  it('knows owners and configured senders by any id', async () => {
    const { dm } = world({ policy: { policy: 'allowlist', allowFrom: ['7'] } })
    expect(await dm.gate(aliased('1', '7'))).toMatchObject({ grant: { via: 'config' } })
    expect(await dm.gate(aliased('1', '999'))).toMatchObject({ grant: { via: 'owner' } })
  })

  it('makes no second request for the same person', async () => {
    const { dm } = world()
    const first = await challenged(dm, '1')
    expect(await dm.gate(aliased('2', '1'))).toMatchObject({
      outcome: 'pending',
      requestId: first.requestId,
    })
  })
})

describe('a second delivery of the same message', () => {
  const twice = { messageKey: 'same' }

  it('is ignored after the first was delivered, within five minutes and per account', async () => {
    const { dm, clock } = world()
    await dm.allow(ROOT, who('1'))
    await dm.allow(ROOT, who('1', at('telegram', 'work')))
    expect((await dm.gate(message('1', twice))).outcome).toBe('deliver')
    expect(await dm.gate(message('1', twice))).toMatchObject({ because: 'duplicate' })
    const elsewhere = await dm.gate(message('1', { ...twice, ...at('telegram', 'work') }))
    expect(elsewhere.outcome).toBe('deliver')
    clock.advance(5 * MINUTE)
    expect((await dm.gate(message('1', twice))).outcome).toBe('deliver')
  })

  it('of a stranger is ignored, also when they were let in meanwhile', async () => {
    const { dm } = world()
    await challenged(dm, '1', twice)
    expect(await dm.gate(message('1', twice))).toMatchObject({ because: 'duplicate' })
    await dm.allow(ROOT, who('1'))
    expect(await dm.gate(message('1', twice))).toMatchObject({ because: 'duplicate' })
  })

  it('is told by its sender too: nobody who chooses a key keeps back the message of another', async () => {
    const { dm } = world()
    await dm.allow(ROOT, who('1'))
    await dm.allow(ROOT, who('2'))
    await challenged(dm, '3', twice)
    for (const sender of ['1', '2']) {
      expect((await dm.gate(message(sender, twice))).outcome).toBe('deliver')
      expect(await dm.gate(message(sender, twice))).toMatchObject({ because: 'duplicate' })
    }
    const again = await dm.gate(message('3', twice))
    expect(again).toMatchObject({ because: 'duplicate' })
  })

  it('is taken when the first failed', async () => {
    const here = world()
    here.failing = new Error('disk full')
    await expect(here.dm.gate(message('1', twice))).rejects.toThrow('disk full')
    here.failing = undefined
    expect((await here.dm.gate(message('1', twice))).outcome).toBe('challenge')
  })

  it('is taken when whoever got the first gave it back', async () => {
    const { dm } = world()
    await dm.allow(ROOT, who('1'))
    const first = await dm.gate(message('1', twice))
    if (first.outcome !== 'deliver') throw new Error('not delivered')
    dm.release(first.message)
    expect((await dm.gate(message('1', twice))).outcome).toBe('deliver')
    expect(await dm.gate(message('1', twice))).toMatchObject({ because: 'duplicate' })
  })

  it('is known among the latest 2,000, forgotten after 4,000, and strangers cannot push it out', async () => {
    const { dm } = world()
    await dm.allow(ROOT, who('1'))
    await dm.gate(message('1', { messageKey: 'first' }))
    for (let count = 0; count < 5_000; count += 1) await dm.gate(message('2'))
    for (let count = 0; count < 1_999; count += 1) await dm.gate(message('1'))
    const known = await dm.gate(message('1', { messageKey: 'first' }))
    expect(known).toMatchObject({ because: 'duplicate' })
    for (let count = 0; count < 2_001; count += 1) await dm.gate(message('1'))
    expect((await dm.gate(message('1', { messageKey: 'first' }))).outcome).toBe('deliver')
  })

  it('is not mistaken when two long keys begin alike', async () => {
    const { dm } = world()
    await dm.allow(ROOT, who('1'))
    const long = 'k'.repeat(4_000)
    expect((await dm.gate(message('1', { messageKey: `${long}a` }))).outcome).toBe('deliver')
    expect((await dm.gate(message('1', { messageKey: `${long}b` }))).outcome).toBe('deliver')
    expect((await dm.gate(message('1', { messageKey: `${long}b` }))).outcome).toBe('ignored')
  })
})

describe('a backlog from before connecting', () => {
  const connected = 1_800_000_000_000 as EpochMs
  const old = { sentAt: (connected - 30_001) as EpochMs }
  const fresh = { sentAt: (connected - 30_000) as EpochMs }

  it('of a stranger on a personal account causes neither reply nor request', async () => {
    const { dm, store } = world({ connectedAt: () => connected })
    const outcome = await dm.gate(message('1', { ...at('whatsapp'), ...old }))
    expect(outcome).toMatchObject({ outcome: 'ignored', because: 'backlog' })
    expect(stored(store, 'dm.requests')).toEqual({})
    expect((await dm.gate(message('1', { ...at('whatsapp'), ...fresh }))).outcome).toBe('challenge')
  })

  it('is also what the platform kept while nobody was connected', async () => {
    const { dm, clock } = world()
    const now = { sentAt: clock.now() }
    const kept = message('1', { ...at('whatsapp'), ...now, heldMs: 30_001 })
    expect(await dm.gate(kept)).toMatchObject({ outcome: 'ignored', because: 'backlog' })
    const brief = message('1', { ...at('whatsapp'), ...now, heldMs: 30_000 })
    expect((await dm.gate(brief)).outcome).toBe('challenge')
    expect((await dm.gate(message('2', { ...now, heldMs: 30_001 }))).outcome).toBe('challenge')
  })

  it('of somebody who was let in is delivered; a bot account answers strangers too', async () => {
    const { dm } = world({ connectedAt: () => connected })
    await dm.allow(ROOT, who('1', at('whatsapp')))
    expect((await dm.gate(message('1', { ...at('whatsapp'), ...old }))).outcome).toBe('deliver')
    expect((await dm.gate(message('2', old))).outcome).toBe('challenge')
  })

  it('is as old as the policy of an account says, on whatever channel', async () => {
    const { dm, clock } = world({
      connectedAt: () => connected,
      policy: { answerWithinMs: 86_400_000 },
    })
    const of = (who: string, heldMs: number, channel: string) =>
      dm.gate(message(who, { ...at(channel), sentAt: (clock.now() - heldMs) as EpochMs, heldMs }))
    expect(await of('1', 86_400_001, 'whatsapp')).toMatchObject({ because: 'backlog' })
    expect(await of('1', 86_400_001, 'telegram')).toMatchObject({ because: 'backlog' })
    expect(await of('2', 86_400_000, 'whatsapp')).toMatchObject({ outcome: 'challenge' })
    await dm.allow(ROOT, who('3', at('whatsapp')))
    expect(await of('3', 86_400_001, 'whatsapp')).toMatchObject({ outcome: 'deliver' })
  })

  it('is measured from the start of the program where the connection is not known', async () => {
    const { dm, clock } = world()
    const before = { sentAt: (clock.now() - 30_001) as EpochMs }
    expect(await dm.gate(message('1', { ...at('whatsapp'), ...before }))).toMatchObject({
      because: 'backlog',
    })
  })
})
