import type { Actor } from '@openclaw/pairing-contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { actorKey, describeActor } from '../src/index.ts'

const ID = 'a3f1c2d4e5b60718293a4b5c6d7e8f90'

const SPOKEN: readonly [Actor, string][] = [
  [{ kind: 'root', user: 'root' }, "you at this machine's terminal (root)"],
  [{ kind: 'library', name: 'my-bot' }, 'the program my-bot'],
  [
    { kind: 'owner', channel: 'telegram', account: 'default', senderId: '123' },
    'owner 123 on telegram',
  ],
  [
    { kind: 'owner', channel: 'telegram', account: 'work', senderId: '123' },
    'owner 123 on telegram (work)',
  ],
  [
    { kind: 'sender', channel: 'slack', account: 'default', senderId: 'U123ABC' },
    'sender U123ABC on slack',
  ],
  [{ kind: 'operator', deviceId: ID, scopes: ['operator.admin'] }, 'operator device a3f1c2d4e5b6…'],
  [{ kind: 'device', deviceId: 'short', role: 'node' }, 'device short (node)'],
  [{ kind: 'page', session: 'secret-session' }, "the owner's page"],
  [{ kind: 'system', part: 'expiry' }, 'the end of its time'],
  [{ kind: 'system', part: 'outside' }, 'a change outside (another program, or by hand)'],
  [{ kind: 'system', part: 'local-approval' }, 'the standing order for nodes of this machine'],
  [
    { kind: 'system', part: 'full-list' },
    'the full list, whose place went to one of another address',
  ],
  [{ kind: 'system', part: 'notices' }, 'the assistant itself (notices)'],
]

describe('describing an actor', () => {
  it.each(SPOKEN)('%j', (actor, text) => {
    expect(describeActor(actor)).toBe(text)
  })

  it('has words for an actor of another version', () => {
    const actor = { kind: 'robot' } as unknown as Actor
    expect(describeActor(actor)).toBe('an actor of another version')
    expect(actorKey(actor)).toBe('unknown')
  })

  it('stays one short printable line whatever the names are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const text = describeActor({ kind: 'owner', channel: name, account: name, senderId: name })
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
        expect(text.length).toBeLessThan(450)
      }),
    )
    expect(describeActor({ kind: 'root', user: 'a\u001b[31m\nb\u202e' })).toBe(
      "you at this machine's terminal (a[31mb)",
    )
  })
})

describe('the key of an actor', () => {
  it('is the same for an owner on every account, and for every session of the page', () => {
    const owner = { kind: 'owner', channel: 'telegram', senderId: '123' } as const
    expect(actorKey({ ...owner, account: 'work' })).toBe('owner:telegram:123')
    expect(actorKey({ ...owner, account: 'default' })).toBe('owner:telegram:123')
    expect(actorKey({ kind: 'page', session: 'a' })).toBe(actorKey({ kind: 'page', session: 'b' }))
  })

  it('does not change with the scopes of a device or the user at the terminal', () => {
    expect(actorKey({ kind: 'operator', deviceId: 'd1', scopes: [] })).toBe('operator:d1')
    expect(actorKey({ kind: 'operator', deviceId: 'd1', scopes: ['operator.admin'] })).toBe(
      'operator:d1',
    )
    expect(actorKey({ kind: 'root', user: 'alice' })).toBe(actorKey({ kind: 'root', user: 'bob' }))
  })

  it('spells each character in a way that no other text can have', () => {
    const key = (user: string) => actorKey({ kind: 'library', name: user })
    expect(key(':a')).not.toBe(key('\u03aa'))
    expect(key('%003a')).not.toBe(key(':'))
  })

  it('is another one for another person, whatever their names hold', () => {
    const name = fc.oneof(
      fc.constantFrom('a', 'a:b', 'b', ':', '%', '%003a', 'Å', '\ud800'),
      fc.string({ unit: 'binary' }),
    )
    const person = fc.tuple(name, name, name)
    fc.assert(
      fc.property(person, person, (a, b) => {
        const key = ([channel, account, senderId]: readonly [string, string, string]) =>
          actorKey({ kind: 'sender', channel, account, senderId })
        expect(key(a) === key(b)).toBe(JSON.stringify(a) === JSON.stringify(b))
        expect(key(a)).toMatch(/^[\w.+@%:-]+$/)
      }),
      { numRuns: 3000 },
    )
  })
})
