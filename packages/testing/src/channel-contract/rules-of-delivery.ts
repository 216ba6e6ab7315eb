import { describe, expect, it } from 'vitest'
import type { ChannelHarness } from './harness.ts'
import { type AnyStage, pause, type Stage, texts } from './stage.ts'
import type { StageTest } from './stage-test.ts'

/** What reaches the host, how often and in which order. */
export function rulesOfDelivery<Raw>(test: StageTest<Raw>, harness: ChannelHarness<Raw>): void {
  describe('delivery', () => {
    test('a direct message is offered once, with where it came from', firstMessage(harness))
    test('what must never pair is not offered', neverPairs(harness))
    test('a message delivered again is not offered again', repeated, 'repeat')
    test('a message delivered again while it is handled waits for that', repeatedInWork, 'repeat')
    test('nor after a restart', repeatedLater, 'repeat', 'offline')
    test('messages of one person are handled one after another, in order', inOrder)
    test('a slow answer to one person does not hold up another', slowPerson)
    test('a message that was not handled is offered again, before later ones', offeredAgain)
    test('messages sent while nothing ran are handled at the next start', backlog, 'offline')
    test('a message that a stop interrupted is offered again', interrupted, 'offline')
  })
  describe('the suite itself', () => {
    it('has samples of both kinds', () => {
      expect(harness.dms.length).toBeGreaterThan(0)
      expect(harness.neverPairs.length).toBeGreaterThan(0)
    })
  })
}

const firstMessage =
  <Raw>({ definition, account }: ChannelHarness<Raw>) =>
  async ({ far, start, offered, until }: Stage<Raw>): Promise<void> => {
    const { connection } = await start()
    const senderId = await far.say(0, 'hello')
    await until(() => offered.length > 0, 'the message')
    await pause(50)
    const origin = { channel: definition.name, account, senderId, replyTo: far.replyTo(0) }
    expect(offered).toHaveLength(1)
    expect(offered[0]).toMatchObject({ kind: 'dm', ...origin, text: 'hello' })
    expect(connection.status().lastMessageAt).toBeDefined()
  }

const neverPairs =
  <Raw>(harness: ChannelHarness<Raw>) =>
  async ({ far, start, offered, ignored, until }: Stage<Raw>): Promise<void> => {
    await start()
    for (const { raw } of harness.neverPairs) await far.deliver(raw)
    await far.say(0, 'after')
    await until(() => texts(offered).includes('after'), 'the message after them')
    await pause(50)
    expect(texts(offered)).toEqual(['after'])
    for (const event of ignored) expect(event.kind === 'group' || event.why !== '').toBe(true)
  }

async function repeated({ far, start, offered, until }: AnyStage): Promise<void> {
  await start()
  await far.say(0, 'one')
  await until(() => offered.length === 1, 'the message')
  await far.repeat(0)
  await far.say(0, 'two')
  await until(() => texts(offered).includes('two'), 'the next message')
  expect(texts(offered)).toEqual(['one', 'two'])
}

async function repeatedInWork({ far, start, offered, until }: AnyStage): Promise<void> {
  const work = latch()
  await start(async ({ text }) => {
    if (text === 'one') await work.opened
    return undefined
  })
  await far.say(0, 'one')
  await until(() => offered.length === 1, 'the message')
  await far.repeat(0)
  await pause(50)
  work.open()
  await far.say(0, 'two')
  await until(() => texts(offered).includes('two'), 'the next message')
  expect(texts(offered)).toEqual(['one', 'two'])
}

async function repeatedLater({ far, start, offered, until }: AnyStage): Promise<void> {
  const first = await start()
  await far.say(0, 'one')
  await until(() => offered.length === 1, 'the message')
  await first.stop()
  await far.repeat(0)
  await start()
  await far.say(0, 'two')
  await until(() => texts(offered).includes('two'), 'the next message')
  expect(texts(offered)).toEqual(['one', 'two'])
}

async function inOrder({ far, start, until }: AnyStage): Promise<void> {
  const steps: string[] = []
  await start(async ({ text }) => {
    steps.push(`${text} begins`)
    await pause(text === 'a' ? 100 : 1)
    steps.push(`${text} ends`)
  })
  for (const text of ['a', 'b', 'c']) await far.say(0, text)
  await until(() => steps.length === 6, 'three messages')
  expect(steps).toEqual(['a', 'b', 'c'].flatMap((text) => [`${text} begins`, `${text} ends`]))
}

async function slowPerson({ far, start, offered, until }: AnyStage): Promise<void> {
  const work = latch()
  await start(async ({ text }) => {
    if (text === 'slow') await work.opened
    return undefined
  })
  await far.say(0, 'slow')
  await until(() => offered.length === 1, 'the slow one')
  await far.say(1, 'quick')
  await until(() => texts(offered).includes('quick'), 'the quick one')
  work.open()
}

async function offeredAgain({ far, start, offered, until }: AnyStage): Promise<void> {
  let failures = 2
  await start(async ({ text }) => {
    if (text === 'one' && failures-- > 0) throw new Error('the store is not there')
  })
  await far.say(0, 'one')
  await far.say(0, 'two')
  await until(() => texts(offered).includes('two'), 'the message after it')
  expect(texts(offered)).toEqual(['one', 'one', 'one', 'two'])
  expect(new Set(offered.map(({ messageKey }) => messageKey)).size).toBe(2)
}

async function backlog({ far, start, offered, until }: AnyStage): Promise<void> {
  await (await start()).stop()
  await far.say(0, 'one')
  await far.say(0, 'two')
  await start()
  await until(() => offered.length === 2, 'what came meanwhile')
  expect(texts(offered)).toEqual(['one', 'two'])
}

async function interrupted({ far, start, offered, until }: AnyStage): Promise<void> {
  const first = await start(() => new Promise(() => {}))
  await far.say(0, 'one')
  await until(() => offered.length === 1, 'the message')
  await first.stop()
  await start()
  await until(() => offered.length === 2, 'the message again')
  expect(offered[1]?.messageKey).toBe(offered[0]?.messageKey)
}

interface Latch {
  readonly opened: Promise<void>
  readonly open: () => void
}

function latch(): Latch {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}
