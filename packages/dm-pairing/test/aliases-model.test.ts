import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { at, HOUR, id, message, policy, ROOT, stored, type World, who, world } from './world.ts'

const HERE = at('signal')
const PEOPLE = ['a', 'b'] as const
const NUMBERS = ['+1', '+2', '+3'] as const
type Name = (typeof PEOPLE)[number]
type Numbered = (typeof NUMBERS)[number]
const MODES = ['both', 'uuid', 'number'] as const
type Mode = (typeof MODES)[number]

/** Who has which number, and what the owner decided of each person: what a gate that knew everybody would go by. */
interface Truth {
  readonly numberOf: Map<Name, Numbered | undefined>
  readonly decided: Map<Name, 'allowed' | 'blocked' | 'out'>
}
interface Both {
  readonly here: World
  readonly truth: Truth
}
type Step = fc.AsyncCommand<Truth, Both>

const uuidOf = (name: Name): string => `uuid:${name}`
const free = (truth: Truth): readonly Numbered[] =>
  NUMBERS.filter((each) => ![...truth.numberOf.values()].includes(each))

function step(name: string, run: (truth: Truth, here: World) => Promise<void>): Step {
  return { check: () => true, run: (truth, { here }) => run(truth, here), toString: () => name }
}

/** One message, and whether it was let in as it must be. */
async function writes(truth: Truth, here: World, name: Name, mode: Mode): Promise<void> {
  const number = truth.numberOf.get(name)
  const ids = [
    ...(mode === 'uuid' || number === undefined ? [] : [number]),
    ...(mode === 'number' && number !== undefined ? [] : [uuidOf(name)]),
  ].map(id)
  const [senderId = '', ...aliases] = ids
  const { outcome } = await here.dm.gate(message(senderId, { ...HERE, aliases }))
  const decided = truth.decided.get(name)
  if (decided === 'allowed') expect(outcome).toBe('deliver')
  else if (decided === 'blocked') expect(outcome).toBe('ignored')
  else expect(outcome).toMatch(/^(challenge|pending|full)$/)
}

const write = (name: Name, mode: Mode): Step =>
  step(`${name} writes, showing ${mode}`, (truth, here) => writes(truth, here, name, mode))

const DECISIONS: Readonly<Record<string, 'allowed' | 'blocked' | 'out'>> = {
  allow: 'allowed',
  block: 'blocked',
  revoke: 'out',
  unblock: 'out',
}

/** The owner names somebody by one id of theirs; their next message shows both. */
const decide = (verb: string, name: Name, mode: Mode): Step =>
  step(`${verb} ${name} by ${mode}`, async (truth, here) => {
    const number = truth.numberOf.get(name)
    const named = mode === 'number' && number !== undefined ? number : uuidOf(name)
    await here.dm[verb as 'allow'](ROOT, who(named, HERE))
    const before = truth.decided.get(name)
    const stays =
      (verb === 'revoke' && before === 'blocked') || (verb === 'unblock' && before === 'allowed')
    if (!stays) truth.decided.set(name, DECISIONS[verb] ?? 'out')
    await writes(truth, here, name, 'both')
  })

/** The owner answers the request of somebody whose message shows both ids, if there is room for one. */
const answer = (verb: 'approve' | 'reject', name: Name): Step =>
  step(`${verb} ${name}`, async (truth, here) => {
    await writes(truth, here, name, 'both')
    const lists = await here.dm.list(ROOT, HERE)
    const requests = 'outcome' in lists ? [] : lists.flatMap((list) => list.requests)
    const theirs = requests.find(({ senderId, aliases = [] }) =>
      [senderId, ...aliases].includes(id(uuidOf(name))),
    )
    if (theirs === undefined) return
    await here.dm[verb](ROOT, { ...HERE, typed: theirs.code })
    if (verb === 'approve') truth.decided.set(name, 'allowed')
  })

/** A number comes to somebody else, or a new one to somebody; the platform shows it at once. */
const passes = (number: Numbered, to: Name): Step =>
  step(`${number} comes to ${to}`, async (truth, here) => {
    const from = PEOPLE.find((each) => truth.numberOf.get(each) === number)
    // A block keeps every id that it ever held: that is told elsewhere.
    const isBlocked = [from, to].some((each) => each && truth.decided.get(each) === 'blocked')
    if (isBlocked || from === to) return
    if (from) truth.numberOf.set(from, undefined)
    truth.numberOf.set(to, number)
    await writes(truth, here, to, 'both')
  })

const hour: Step = step('an hour goes by', async (_, here) => {
  here.clock.advance(HOUR)
  await here.dm.housekeeping()
})

/** The index leads where the records say, and from nowhere else. */
const look: Step = step('look', async (_, { store }) => {
  const records = stored(store, 'dm.senders') as Readonly<
    Record<string, { readonly aliases?: readonly string[] }>
  >
  const named = Object.entries(records).flatMap(([key, { aliases = [] }]) =>
    aliases.map((alias) => `${alias} of ${key.split('/')[2] ?? ''}`),
  )
  const index = stored(store, 'dm.aliases') as Readonly<
    Record<string, { readonly of: readonly string[] }>
  >
  const led = Object.entries(index).flatMap(([key, { of }]) =>
    of.map((each) => `${key.split('/')[2] ?? ''} of ${each}`),
  )
  expect(led.sort()).toEqual(named.sort())
})

const person = fc.constantFrom(...PEOPLE)
const mode = fc.constantFrom(...MODES)
const steps = fc.commands(
  [
    fc.tuple(person, mode).map((args) => write(...args)),
    person.map((name) => write(name, 'number')),
    fc
      .tuple(fc.constantFrom('allow', ...Object.keys(DECISIONS)), person, mode)
      .map((args) => decide(...args)),
    fc
      .tuple(fc.constantFrom('approve' as const, 'reject' as const), person)
      .map((args) => answer(...args)),
    fc.tuple(fc.constantFrom(...NUMBERS), person).map((args) => passes(...args)),
    fc.constant(hour),
    fc.constant(look),
  ],
  { maxCommands: 40 },
)

describe('people whose numbers come and go', () => {
  const numRuns = Number(process.env['MODEL_RUNS'] ?? 200)
  it('are let in and kept out as persons: each by every id that is theirs, nobody by that of another', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (commands) => {
        const here = world({ policy: { ...policy(), maxPending: 1, owners: [] } })
        const truth: Truth = {
          numberOf: new Map([
            ['a', '+1'],
            ['b', '+2'],
          ]),
          decided: new Map(),
        }
        await fc.asyncModelRun(() => ({ model: truth, real: { here, truth } }), commands)
        expect(free(truth).length).toBeGreaterThan(0)
      }),
      { numRuns },
    )
  })
})
