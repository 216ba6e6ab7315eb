import type { Actor } from '@openclaw/pairing-contracts'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { directory } from './directory.ts'
import {
  at,
  HOUR,
  MINUTE,
  message,
  OWNER,
  PAGE,
  ROOT,
  stored,
  type World,
  who,
  world,
} from './world.ts'

const SENDERS = ['1', '2', '3', '999'] as const
const ACCOUNTS = ['default', 'work'] as const
/** Everybody who may act and does not hold the store; the owner in chat is one of the configuration. */
const AFAR: readonly Actor[] = [
  OWNER,
  { kind: 'owner', ...at(), senderId: '1' },
  PAGE,
  { kind: 'operator', deviceId: 'd1', scopes: ['operator.admin'] },
  { kind: 'sender', ...at(), senderId: '1' },
  { kind: 'device', deviceId: 'd1', role: 'node' },
  { kind: 'system', part: 'outside' },
]

type Step = (here: World) => Promise<unknown>

const actor = fc.constantFrom(...AFAR)
const sender = fc
  .tuple(fc.constantFrom(...SENDERS), fc.constantFrom(...ACCOUNTS))
  .map(([id, account]) => who(id, at('telegram', account)))
const verb = fc.constantFrom('allow', 'revoke', 'block', 'unblock', 'addOwner', 'removeOwner')

/** A message, also one that names itself another person's alias, as a hostile platform would. */
const writes: fc.Arbitrary<Step> = fc.tuple(sender, sender).map(
  ([from, alias]) =>
    ({ dm }) =>
      dm.gate(message(from.senderId, { ...from, aliases: [alias.senderId] })),
)
const decides: fc.Arbitrary<Step> = fc.tuple(actor, verb, sender).map(
  ([by, name, about]) =>
    ({ dm }) =>
      dm[name as 'allow'](by, about),
)
const answers: fc.Arbitrary<Step> = fc
  .tuple(actor, fc.constantFrom('approve', 'reject'))
  .map(([by, name]) => async ({ dm }) => {
    const lists = await dm.list(ROOT)
    const [request] = 'outcome' in lists ? [] : lists.flatMap(({ requests }) => requests)
    if (request === undefined) return undefined
    const reference = { ...request, typed: request.code }
    return name === 'reject'
      ? dm.reject(by, reference)
      : dm.approve(by, reference, { digest: dm.digestOf(request) })
  })
const passes: fc.Arbitrary<Step> = fc.constantFrom(MINUTE, HOUR).map((ms) => async (here) => {
  here.clock.advance(ms)
  await here.dm.housekeeping()
})
/** Another program writes what it likes into the files. */
const edits: fc.Arbitrary<Step> = fc
  .tuple(
    fc.subarray([...SENDERS]),
    fc.constantFrom('telegram-allowFrom.json', 'telegram-work-allowFrom.json'),
  )
  .map(([allowFrom, name]) => async (here) => {
    const { files, sync } = directory(here)
    files.set(name, { version: 1, allowFrom, owners: allowFrom, ownerAllowFrom: allowFrom })
    await sync()
  })
const roots: fc.Arbitrary<Step> = fc
  .tuple(fc.constantFrom('allow', 'revoke', 'block', 'unblock'), sender)
  .map(
    ([name, about]) =>
      ({ dm }) =>
        dm[name as 'allow'](ROOT, about),
  )

describe('any sequence of what can be done without adding an owner', () => {
  it('makes nobody an owner: not by being first, not by being approved, not from afar', async () => {
    const steps = fc.array(fc.oneof(writes, decides, answers, passes, edits, roots), {
      maxLength: 40,
    })
    await fc.assert(
      fc.asyncProperty(steps, async (todo) => {
        const here = world({ addresses: () => ACCOUNTS.map((each) => at('telegram', each)) })
        for (const step of todo) await step(here)
        expect(stored(here.store, 'dm.owners')).toEqual({})
        for (const id of SENDERS) {
          if (id !== '999') expect(here.dm.isOwner(who(id))).toBe(false)
        }
        const listed = await here.dm.owners(ROOT)
        expect(listed).toMatchObject([{ senderId: '999', via: 'config' }])
      }),
      { numRuns: 150 },
    )
  })

  it('unmakes nobody either, but by a block, which ends', async () => {
    const steps = fc.array(fc.oneof(writes, decides, answers, passes, edits), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(steps, async (todo) => {
        const here = world({ addresses: () => ACCOUNTS.map((each) => at('telegram', each)) })
        await here.dm.addOwner(ROOT, who('2'))
        for (const step of todo) await step(here)
        for (const account of ACCOUNTS)
          await here.dm.unblock(ROOT, who('2', at('telegram', account)))
        expect(here.dm.isOwner(who('2'))).toBe(true)
        expect(await here.dm.gate(message('2'))).toMatchObject({ grant: { via: 'owner' } })
      }),
      { numRuns: 100 },
    )
  })
})
