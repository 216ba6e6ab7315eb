import type { DmPolicyName, SenderAddress } from '@openclaw/pairing-contracts'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { at, HOUR, MINUTE, message, policy, ROOT, stored, type World, who, world } from './world.ts'

const ACCOUNTS = ['default', 'work'] as const
const SENDERS = ['1', '2', '3', '4', '5'] as const
const CONFIGURED = '5'
const CAP = 2

type Account = (typeof ACCOUNTS)[number]

/** The rules once more, as simple as they can be told. */
interface Model {
  now: number
  readonly policy: Map<Account, DmPolicyName>
  /** `account/sender` → what the owner decided; `until` of grants that end. */
  readonly decided: Map<string, { state: 'allowed' | 'blocked' | 'revoked'; until: number }>
  readonly asked: Map<string, { code: string; until: number }>
  readonly resting: Map<string, number>
}

interface Both {
  readonly here: World
  readonly model: Model
}

const keyOf = (account: Account, sender: string): string => `${account}/${sender}`

function waiting(model: Model, account: Account): readonly string[] {
  return [...model.asked.entries()]
    .filter(([key, { until }]) => key.startsWith(`${account}/`) && model.now < until)
    .map(([key]) => key)
}

function isLetIn(model: Model, key: string): boolean {
  const decided = model.decided.get(key)
  return decided?.state === 'allowed' && model.now < decided.until
}

/** What the gate must say. */
function expected(model: Model, account: Account, sender: string): string {
  const key = keyOf(account, sender)
  const name = model.policy.get(account) ?? 'pairing'
  if (model.decided.get(key)?.state === 'blocked') return 'ignored'
  if (name === 'disabled') return 'ignored'
  if (sender === CONFIGURED) return 'deliver'
  if (name === 'allowlist') return 'ignored'
  if (isLetIn(model, key)) return 'deliver'
  if (name === 'open') return 'deliver'
  if (waiting(model, account).includes(key)) return 'pending'
  if (model.now < (model.resting.get(key) ?? 0)) return 'pending'
  return waiting(model, account).length >= CAP ? 'full' : 'challenge'
}

type Step = fc.AsyncCommand<Model, Both>

function step(name: string, run: Step['run']): Step {
  return { check: () => true, run, toString: () => name }
}

const write = (account: Account, sender: string): Step =>
  step(`write ${account} ${sender}`, async (model, { here }) => {
    const outcome = await here.dm.gate(message(sender, at('telegram', account)))
    expect(outcome.outcome).toBe(expected(model, account, sender))
    if (outcome.outcome !== 'challenge') return
    const code = outcome.reply?.copyable ?? ''
    model.asked.set(keyOf(account, sender), { code, until: model.now + HOUR })
  })

/** One decision about one sender. */
interface Case {
  readonly model: Model
  readonly here: World
  readonly account: Account
  readonly key: string
  readonly sender: SenderAddress
}

function letIn({ model, key }: Case, until: number): void {
  model.decided.set(key, { state: 'allowed', until })
  model.asked.delete(key)
  model.resting.delete(key)
}

/** The reference to their latest request, and what a verb must answer to it. */
function reference({ model, key, account, sender }: Case, done: string) {
  const asked = model.asked.get(key)
  const waits = waiting(model, account).includes(key)
  const outcome = waits ? done : asked ? 'settled' : 'unknown'
  return { waits, outcome, named: { ...sender, typed: asked?.code ?? 'ABCDEFGH' } }
}

const VERBS: Readonly<Record<string, (given: Case) => Promise<void>>> = {
  approve: async (given) => {
    const { waits, outcome, named } = reference(given, 'approved')
    expect((await given.here.dm.approve(ROOT, named)).outcome).toBe(outcome)
    if (waits) letIn(given, Number.POSITIVE_INFINITY)
  },
  reject: async (given) => {
    const { waits, outcome, named } = reference(given, 'rejected')
    expect((await given.here.dm.reject(ROOT, named)).outcome).toBe(outcome)
    if (!waits) return
    given.model.asked.delete(given.key)
    given.model.resting.set(given.key, given.model.now + HOUR)
  },
  allow: async (given) => {
    await given.here.dm.allow(ROOT, given.sender)
    letIn(given, Number.POSITIVE_INFINITY)
  },
  'allow for a while': async (given) => {
    await given.here.dm.allow(ROOT, given.sender, { expiresInMs: 30 * MINUTE })
    letIn(given, given.model.now + 30 * MINUTE)
  },
  revoke: async ({ here, model, key, sender }) => {
    await here.dm.revoke(ROOT, sender)
    model.asked.delete(key)
    const allowed = model.decided.get(key)?.state === 'allowed'
    if (allowed) model.decided.set(key, { state: 'revoked', until: 0 })
  },
  block: async ({ here, model, key, sender }) => {
    await here.dm.block(ROOT, sender)
    model.asked.delete(key)
    model.decided.set(key, { state: 'blocked', until: 0 })
  },
  unblock: async ({ here, model, key, sender }) => {
    await here.dm.unblock(ROOT, sender)
    if (model.decided.get(key)?.state !== 'blocked') return
    model.decided.set(key, { state: 'revoked', until: 0 })
    model.resting.delete(key)
  },
}

const decide = (verb: string, account: Account, sender: string): Step =>
  step(`${verb} ${account} ${sender}`, async (model, { here }) => {
    const address = at('telegram', account)
    const key = keyOf(account, sender)
    await VERBS[verb]?.({ model, here, account, key, sender: who(sender, address) })
  })

const wait = (minutes: number): Step =>
  step(`wait ${String(minutes)} min`, async (model, { here }) => {
    model.now += minutes * MINUTE
    here.clock.advance(minutes * MINUTE)
    if (minutes % 2 === 0) await here.dm.housekeeping()
  })

const setPolicy = (account: Account, name: DmPolicyName): Step =>
  step(`policy ${account} ${name}`, async (model, { here }) => {
    model.policy.set(account, name)
    here.policies.set(`telegram/${account}`, policyFor(name))
  })

function policyFor(name: DmPolicyName) {
  const allowFrom = name === 'open' ? ['*', CONFIGURED] : [CONFIGURED]
  return policy({ policy: name, allowFrom, maxPending: CAP })
}

/** What must never be, whatever was done, and what every view must say alike. */
const look = (account: Account): Step =>
  step(`look ${account}`, async (model, { here: { dm, store } }) => {
    const address = at('telegram', account)
    const requests = Object.keys(stored(store, 'dm.requests'))
    const mine = requests.filter((key) => key.startsWith(`telegram/${account}/`))
    expect(mine.length).toBeLessThanOrEqual(CAP)
    const lists = await dm.list(ROOT, address)
    const shown = 'outcome' in lists ? [] : (lists[0]?.requests ?? [])
    expect(shown.map(({ senderId }) => keyOf(account, senderId)).sort()).toEqual(
      [...waiting(model, account)].sort(),
    )
    const inside = await dm.allowed(ROOT, address)
    const stores = 'outcome' in inside ? [] : inside.filter(({ via }) => via === 'store')
    const granted = SENDERS.filter((sender) => isLetIn(model, keyOf(account, sender)))
    expect(stores.map(({ senderId }) => senderId as string).sort()).toEqual(
      granted.filter((sender) => sender !== CONFIGURED),
    )
    for (const sender of SENDERS) {
      const told = await dm.why(ROOT, who(sender, address))
      expect('decision' in told && told.decision).toBe(expected(model, account, sender))
    }
  })

const account = fc.constantFrom(...ACCOUNTS)
const sender = fc.constantFrom(...SENDERS)
const verb = fc.constantFrom(...Object.keys(VERBS))
const name = fc.constantFrom<DmPolicyName>('pairing', 'pairing', 'allowlist', 'open', 'disabled')
const writes = fc.tuple(account, sender).map((args) => write(...args))
const decisions = fc.tuple(verb, account, sender).map((args) => decide(...args))
const steps = fc.commands(
  [
    writes,
    writes,
    decisions,
    decisions,
    fc.constantFrom(1, 10, 29, 31, 60).map(wait),
    fc.tuple(account, name).map((args) => setPolicy(...args)),
    account.map(look),
  ],
  { maxCommands: 60 },
)

describe('any sequence of messages and decisions', () => {
  const numRuns = Number(process.env['MODEL_RUNS'] ?? 150)
  it('goes as the rules say: the cap holds, nobody is in without a decision that stands', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (commands) => {
        const here = world()
        for (const name of ACCOUNTS) here.policies.set(`telegram/${name}`, policyFor('pairing'))
        const model: Model = {
          now: here.clock.now(),
          policy: new Map(),
          decided: new Map(),
          asked: new Map(),
          resting: new Map(),
        }
        await fc.asyncModelRun(() => ({ model, real: { here, model } }), commands)
      }),
      { numRuns },
    )
  })
})
