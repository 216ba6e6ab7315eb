import type { ChannelConnection, SendOutcome } from '@openclaw/pairing-contracts'
import { describe, expect } from 'vitest'
import type { SendMode } from './harness.ts'
import { type AnyStage, pause } from './stage.ts'
import type { StageTest } from './stage-test.ts'

const LONG = 'one two 😀👩‍👩‍👧'.replaceAll(' ', '_').repeat(1_500)
/** With the platform at once, at most: what no provider takes for an attack. */
const MOST_AT_ONCE = 16
const PEOPLE = Array.from({ length: 20 }, (_, who) => who)
const TEXTS = ['one', 'two', 'three', 'four', 'five']
const LONE_SURROGATE = /\p{Cs}/u

/** What `send` answers, and what arrives. */
export function rulesOfSending<Raw>(test: StageTest<Raw>): void {
  describe('sending', () => {
    test('what was sent arrives once, the copyable part unchanged', arrives)
    test('a long text arrives whole and no character is cut in two', arrivesWhole)
    test('a refusal is final and gives the reason', ends('refuse', 'refused'), 'refuse')
    test('what was not taken is tried a few times, then given up', ends('fail', 'failed'), 'fail')
    test('a lost answer is unknown and the text not sent again', unknown, 'lose-answer')
    test('sending works again after a failure', recovers, 'refuse')
    test('of 100 sends at once, few are with the platform', fewAtOnce, 'lose-answer')
    test('of 100 sends at once, each arrives once and in its order', allArrive)
  })
}

const sendTo = (
  { far, said }: AnyStage,
  connection: ChannelConnection,
  text: string,
): Promise<SendOutcome> =>
  connection.send({ to: far.replyTo(0), text }).then((outcome) => {
    said(outcome)
    return outcome
  })

/** A platform may only let a bot write to people who wrote first. */
async function acquainted(stage: AnyStage): Promise<ChannelConnection> {
  const { connection } = await stage.start()
  await stage.far.say(0, 'hello')
  await stage.until(() => stage.offered.length === 1, 'the message')
  return connection
}

async function arrives(stage: AnyStage): Promise<void> {
  const connection = await acquainted(stage)
  const text = 'Your code 😀:\n\nABCD2345\n\n<b>&amp; nothing else</b>'
  const message = { to: stage.far.replyTo(0), text, copyable: 'ABCD2345' }
  expect(await connection.send(message)).toMatchObject({ outcome: 'sent' })
  await stage.until(() => stage.far.inbox(0).length > 0, 'the text')
  await pause(50)
  expect(stage.far.inbox(0)).toEqual([text])
}

async function arrivesWhole(stage: AnyStage): Promise<void> {
  const connection = await acquainted(stage)
  expect(await sendTo(stage, connection, LONG)).toMatchObject({ outcome: 'sent' })
  await stage.until(() => stage.far.inbox(0).join('').length >= LONG.length, 'the text')
  expect(stage.far.inbox(0).join('')).toBe(LONG)
  for (const part of stage.far.inbox(0)) expect(part).not.toMatch(LONE_SURROGATE)
}

const ends =
  (mode: SendMode, outcome: SendOutcome['outcome']) =>
  async (stage: AnyStage): Promise<void> => {
    const connection = await acquainted(stage)
    stage.far.sends(mode)
    const became = await sendTo(stage, connection, 'hello')
    expect(became).toMatchObject({ outcome, reason: expect.stringMatching(/./) })
    expect(stage.far.inbox(0)).toEqual([])
  }

async function unknown(stage: AnyStage): Promise<void> {
  const connection = await acquainted(stage)
  stage.far.sends('lose-answer')
  const became = await sendTo(stage, connection, 'hello')
  expect(became).toMatchObject({ outcome: 'unknown', reason: expect.stringMatching(/./) })
  await pause(300)
  expect(stage.far.inbox(0).length).toBeLessThanOrEqual(1)
}

async function recovers(stage: AnyStage): Promise<void> {
  const connection = await acquainted(stage)
  stage.far.sends('refuse')
  await sendTo(stage, connection, 'hello')
  stage.far.sends('take')
  expect(await sendTo(stage, connection, 'again')).toMatchObject({ outcome: 'sent' })
  await stage.until(() => stage.far.inbox(0).length > 0, 'the text')
  expect(stage.far.inbox(0)).toEqual(['again'])
}

async function acquaintedWithAll(stage: AnyStage): Promise<ChannelConnection> {
  const { connection } = await stage.start()
  for (const who of PEOPLE) await stage.far.say(who, 'hello')
  await stage.until(() => stage.offered.length === PEOPLE.length, 'the messages')
  return connection
}

const sendAll = ({ far }: AnyStage, { send }: ChannelConnection): Promise<SendOutcome[]> =>
  Promise.all(PEOPLE.flatMap((who) => TEXTS.map((text) => send({ to: far.replyTo(who), text }))))

/** No answer comes, so what arrived is what is under way. */
async function fewAtOnce(stage: AnyStage): Promise<void> {
  const connection = await acquaintedWithAll(stage)
  const arrived = (): number => PEOPLE.reduce((sum, who) => sum + stage.far.inbox(who).length, 0)
  stage.far.sends('lose-answer')
  const all = sendAll(stage, connection)
  await stage.until(() => arrived() > 0, 'the first')
  await pause(150)
  expect(arrived()).toBeLessThanOrEqual(MOST_AT_ONCE)
  for (const who of PEOPLE) expect(stage.far.inbox(who).length).toBeLessThanOrEqual(1)
  stage.far.sends('take')
  await all
  for (const who of PEOPLE) expect(stage.far.inbox(who)).toEqual(TEXTS)
}

async function allArrive(stage: AnyStage): Promise<void> {
  const connection = await acquaintedWithAll(stage)
  const outcomes = await sendAll(stage, connection)
  // On a busy machine an answer may be late: then nobody knows, and it is not sent again.
  for (const { outcome } of outcomes) expect(['sent', 'unknown']).toContain(outcome)
  const arrived = () => PEOPLE.every((who) => stage.far.inbox(who).length >= TEXTS.length)
  await stage.until(arrived, 'all of them')
  for (const who of PEOPLE) expect(stage.far.inbox(who)).toEqual(TEXTS)
}
