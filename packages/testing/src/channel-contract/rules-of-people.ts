import type { GateOutcome, InboundDm } from '@openclaw/pairing-contracts'
import { describe, expect } from 'vitest'
import type { ContractDoor, DoorOptions } from './door.ts'
import type { ChannelHarness } from './harness.ts'
import { neverAnswered } from './rules-of-never.ts'
import type { Running, Stage } from './stage.ts'
import type { StageTest } from './stage-test.ts'

/** How long a message waits where it waits long, in ms. */
const LATE_MS = 3_600_000

/** Whom the gate answers, with the channel before it. */
export function rulesOfPeople<Raw>(test: StageTest<Raw>, harness: ChannelHarness<Raw>): void {
  const withDoor =
    (policy: DoorOptions['policy'], play: (world: PeopleWorld<Raw>) => Promise<void>) =>
    async (stage: Stage<Raw>): Promise<void> =>
      play(await peopleWorld(harness, stage, policy))
  describe(harness.personal ? "people, on a person's own account" : 'people', () => {
    test('a stranger gets one code where a policy is written', withDoor('written', answered))
    if (harness.personal) {
      const nobody = withDoor('unwritten', silent)
      test('where none is, the owner sees the request and the stranger nothing', nobody)
      const held = withDoor('written', notAnswered(whileStopped))
      test('what a stranger wrote while nothing ran is history', held, 'offline')
      const cut = withDoor('written', notAnswered(whileCut))
      test('and what they wrote while the link was cut', cut, 'offline', 'cut')
    } else {
      test('and where none is', withDoor('unwritten', answered))
      const held = withDoor('written', answeredLate(whileStopped))
      test('what a stranger wrote while nothing ran is answered', held, 'offline')
      const cut = withDoor('written', answeredLate(whileCut))
      test('and what they wrote while the link was cut', cut, 'offline', 'cut')
    }
    const held = withDoor('written', delivered(whileStopped))
    test('what somebody approved wrote while nothing ran is delivered', held, 'offline')
    const cut = withDoor('written', delivered(whileCut))
    test('as is what they wrote while the link was cut', cut, 'offline', 'cut')
    neverAnswered(test, harness, (stage) => peopleWorld(harness, stage, 'written'))
  })
}

/** A channel with a gate before its host, which says to strangers what the gate says. */
export interface PeopleWorld<Raw> {
  readonly stage: Stage<Raw>
  readonly door: ContractDoor
  /** What the gate made of each message, by its text. */
  readonly outcomes: ReadonlyMap<string, GateOutcome['outcome']>
  readonly start: () => Promise<Running>
  /** Waits until the gate has decided about the message with this text, and its answer is sent. */
  readonly decided: (text: string) => Promise<void>
}

async function peopleWorld<Raw>(
  { account, door: openDoor }: ChannelHarness<Raw>,
  stage: Stage<Raw>,
  policy: DoorOptions['policy'],
): Promise<PeopleWorld<Raw>> {
  const { far, connectedAt, until } = stage
  const door = await openDoor({ policy, account, clock: far.clock, connectedAt })
  const outcomes = new Map<string, GateOutcome['outcome']>()
  const handle = async (inbound: InboundDm, running: Promise<Running>) => {
    const decision = await door.gate(inbound)
    if (decision.outcome === 'challenge' && decision.reply !== undefined)
      expect(await (await running).connection.send(decision.reply)).toMatchObject({
        outcome: 'sent',
      })
    outcomes.set(inbound.text, decision.outcome)
    return decision.outcome
  }
  return {
    ...{ stage, door, outcomes },
    start: () => {
      const running: Promise<Running> = stage.start((inbound) => handle(inbound, running))
      return running
    },
    decided: (text) => until(() => outcomes.has(text), `what becomes of "${text}"`),
  }
}

/** The code that person 0 was told, once and for all. */
async function oneCode<Raw>({ stage, door }: PeopleWorld<Raw>): Promise<string> {
  const { far, until } = stage
  await until(() => far.inbox(0).length > 0, 'the answer')
  const [request, ...others] = await door.waiting()
  expect(others).toEqual([])
  expect(far.inbox(0)).toHaveLength(1)
  expect(far.inbox(0)[0]).toContain(request?.code)
  return request?.code ?? ''
}

async function answered<Raw>(world: PeopleWorld<Raw>): Promise<void> {
  await world.start()
  const senderId = await world.stage.far.say(0, 'hello')
  await world.decided('hello')
  await oneCode(world)
  expect(await world.door.waiting()).toMatchObject([{ senderId }])
  await world.stage.far.say(0, 'again')
  await world.decided('again')
  await oneCode(world)
}

async function silent<Raw>({ stage, door, start, decided, outcomes }: PeopleWorld<Raw>) {
  const { far } = stage
  await start()
  const senderId = await far.say(0, 'hello')
  await decided('hello')
  const waiting = await door.waiting()
  expect(waiting).toMatchObject([{ senderId }])
  for (const { code } of waiting) await door.approve(code)
  await far.say(0, 'in')
  await decided('in')
  expect(outcomes.get('in')).toBe('deliver')
  expect(far.inbox(0)).toEqual([])
}

/** Lets `who` write what the platform can bring only an hour later. */
type Late = <Raw>(world: PeopleWorld<Raw>, running: Running, who: number) => Promise<void>

const whileStopped: Late = async ({ stage: { far }, start }, { stop }, who) => {
  await stop()
  await far.say(who, 'late')
  far.clock.pass(LATE_MS)
  await start()
}

const whileCut: Late = async ({ stage: { far } }, _, who) => {
  await far.cut()
  await far.say(who, 'late')
  far.clock.pass(LATE_MS)
}

const notAnswered =
  (late: Late) =>
  async <Raw>(world: PeopleWorld<Raw>): Promise<void> => {
    const { stage, door, start, decided } = world
    await late(world, await start(), 0)
    await decided('late')
    expect(stage.far.inbox(0)).toEqual([])
    expect(await door.waiting()).toEqual([])
    await stage.far.say(0, 'now')
    await decided('now')
    await oneCode(world)
  }

const answeredLate =
  (late: Late) =>
  async <Raw>(world: PeopleWorld<Raw>): Promise<void> => {
    await late(world, await world.start(), 0)
    await world.decided('late')
    await oneCode(world)
  }

const delivered =
  (late: Late) =>
  async <Raw>(world: PeopleWorld<Raw>): Promise<void> => {
    const { stage, door, start, decided, outcomes } = world
    const running = await start()
    await stage.far.say(0, 'hello')
    await decided('hello')
    await door.approve(await oneCode(world))
    await late(world, running, 0)
    await decided('late')
    expect(outcomes.get('late')).toBe('deliver')
    expect(stage.far.inbox(0)).toHaveLength(1)
  }
