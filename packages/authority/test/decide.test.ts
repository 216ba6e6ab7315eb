import type { Actor } from '@openclaw/pairing-contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ACTIONS, type Action, type Ask, decide, type Subject } from '../src/index.ts'
import devices from './device-vectors.json' with { type: 'json' }
import vectors from './vectors.json' with { type: 'json' }

interface Case {
  readonly case: string
  readonly actor: Actor
  readonly subject?: Subject
  readonly shown?: boolean
  readonly verdicts: string
}

const actions = vectors.actions as Action[]
const cases = vectors.cases as readonly Case[]
const legend: Readonly<Record<string, string>> = vectors.legend

const KINDS = ['root', 'library', 'owner', 'operator', 'page', 'sender', 'device', 'system']
const DECISIONS: readonly Action[] = [
  'dm.approve',
  'dm.reject',
  'dm.allow',
  'dm.revoke',
  'dm.block',
  'dm.unblock',
]

function outcome(ask: Ask): string {
  const verdict = decide(ask)
  return verdict.allowed ? 'allowed' : verdict.code
}

describe('the golden table', () => {
  it('has every action and every kind of actor', () => {
    expect([...actions, ...devices.actions].sort()).toEqual([...ACTIONS].sort())
    expect([...new Set(cases.map(({ actor }) => actor.kind))].sort()).toEqual([...KINDS].sort())
    for (const { verdicts } of cases) expect(verdicts).toHaveLength(actions.length)
  })

  it.each(cases)('$case', ({ actor, subject, shown, verdicts }) => {
    const about = { ...(subject && { subject }), ...(shown && { shown }) }
    const got = actions.map((action) => [action, outcome({ actor, action, ...about })])
    expect(got).toEqual(actions.map((action, index) => [action, legend[verdicts.charAt(index)]]))
  })
})

const word = fc.constantFrom('telegram', 'discord', 'default', 'work', '1', '2', 'd1', '')
const scopeName = fc.oneof(
  fc.constantFrom('operator.read', 'operator.write', 'operator.pairing', 'operator.admin'),
  fc.constantFrom('*', 'admin', 'operator', 'operator.pairing.', 'owner', 'root', '__proto__'),
)
const anyActor: fc.Arbitrary<Actor> = fc.oneof(
  fc.record({ kind: fc.constant('root' as const), user: word }),
  fc.record({ kind: fc.constant('library' as const), name: word }),
  fc.record({
    kind: fc.constantFrom('owner' as const, 'sender' as const),
    channel: word,
    account: word,
    senderId: word,
  }),
  fc.record({
    kind: fc.constant('operator' as const),
    deviceId: word,
    scopes: fc.array(scopeName, { maxLength: 4 }),
  }),
  fc.record({ kind: fc.constant('page' as const), session: word }),
  fc.record({ kind: fc.constant('device' as const), deviceId: word, role: word }),
  fc.record({ kind: fc.constant('system' as const), part: word }),
)
const anyAsk: fc.Arbitrary<Ask> = fc.record(
  {
    actor: anyActor,
    action: fc.constantFrom(...ACTIONS),
    subject: fc.record(
      { channel: word, account: word, senderId: word },
      { requiredKeys: ['channel', 'account'] },
    ),
    shown: fc.boolean(),
  },
  { requiredKeys: ['actor', 'action'] },
)
const RUNS = { numRuns: 5000 }

describe('whatever is asked', () => {
  it('lets only root, library, owner, a device with the scope and the page decide', () => {
    fc.assert(
      fc.property(anyAsk, (ask) => {
        if (!decide(ask).allowed || !DECISIONS.includes(ask.action)) return
        const { actor } = ask
        expect(['root', 'library', 'owner', 'operator', 'page']).toContain(actor.kind)
        if (actor.kind === 'operator')
          expect(
            actor.scopes.some((name) => name === 'operator.pairing' || name === 'operator.admin'),
          ).toBe(true)
      }),
      RUNS,
    )
  })

  it('lets nobody but the holder of the store make or unmake an owner', () => {
    fc.assert(
      fc.property(
        anyAsk,
        fc.constantFrom('owner.add' as const, 'owner.remove' as const),
        (ask, action) => {
          const { allowed } = decide({ ...ask, action })
          expect(allowed).toBe(['root', 'library'].includes(ask.actor.kind))
        },
      ),
      RUNS,
    )
  })

  it('lets nobody approve from afar what was not shown to them', () => {
    fc.assert(
      fc.property(anyAsk, (ask) => {
        if (decide({ ...ask, action: 'dm.approve' }).allowed && ask.shown !== true)
          expect(['root', 'library']).toContain(ask.actor.kind)
      }),
      RUNS,
    )
  })

  it('never lets an owner decide about themselves in chat', () => {
    fc.assert(
      fc.property(
        word,
        word,
        word,
        word,
        fc.boolean(),
        (channel, account, senderId, other, shown) => {
          const actor: Actor = { kind: 'owner', channel, account, senderId }
          for (const action of DECISIONS)
            expect(
              outcome({ actor, action, subject: { channel, account: other, senderId }, shown }),
            ).toBe('ERR_AUTHORITY_SELF')
        },
      ),
    )
  })

  it('gives a device with more scopes never less', () => {
    fc.assert(
      fc.property(anyAsk, fc.array(scopeName), scopeName, (ask, scopes, more) => {
        const by = (held: readonly string[]) =>
          decide({ ...ask, actor: { kind: 'operator', deviceId: 'd1', scopes: held } }).allowed
        if (by(scopes)) expect(by([...scopes, more])).toBe(true)
      }),
      RUNS,
    )
  })

  it('says why and what to do with every no', () => {
    fc.assert(
      fc.property(anyAsk, (ask) => {
        const verdict = decide(ask)
        if (verdict.allowed) return
        expect(verdict.code).toMatch(/^ERR_(?:AUTHORITY|DEVICE)_[A-Z_]+$/)
        expect(verdict.why.length).toBeGreaterThan(10)
        expect(verdict.fix.length).toBeGreaterThan(10)
      }),
      RUNS,
    )
  })

  it.each(['__proto__', 'constructor', 'toString', 'admin', ''])(
    'refuses the unknown actor or action %j',
    (name) => {
      const root: Actor = { kind: 'root', user: 'alice' }
      expect(
        outcome({ actor: { kind: name } as unknown as Actor, action: 'dm.approve', shown: true }),
      ).toBe('ERR_AUTHORITY_NOT_OWNER')
      expect(outcome({ actor: root, action: name as Action })).toBe('ERR_AUTHORITY_NOT_OWNER')
    },
  )

  it('takes only true for shown', () => {
    const actor: Actor = { kind: 'page', session: 's1' }
    for (const shown of [false, 'yes', 1, {}] as unknown as boolean[])
      expect(outcome({ actor, action: 'dm.approve', shown })).toBe('ERR_AUTHORITY_NOT_SHOWN')
  })

  it('names the scope that is missing', () => {
    const verdict = decide({
      actor: { kind: 'operator', deviceId: 'd1', scopes: [] },
      action: 'dm.block',
    })
    expect(verdict).toMatchObject({
      allowed: false,
      why: expect.stringContaining('operator.pairing'),
    })
  })
})

it('lets an owner who is one no more do nothing', () => {
  const owner = { kind: 'owner', channel: 'telegram', account: 'default', senderId: '1' } as const
  for (const action of ACTIONS) {
    const ask = { actor: owner, action, shown: true }
    expect(decide({ ...ask, isStillOwner: false })).toMatchObject({
      allowed: false,
      code: 'ERR_AUTHORITY_NOT_OWNER',
    })
    expect(decide({ ...ask, isStillOwner: true })).toEqual(decide(ask))
  }
})
