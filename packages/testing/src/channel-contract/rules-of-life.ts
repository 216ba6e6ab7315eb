import { describe, expect } from 'vitest'
import { type AnyStage, texts } from './stage.ts'
import type { StageTest } from './stage-test.ts'

/** A stop takes no longer than this, in ms. */
const STOP_MS = 1_000

/** How a connection starts, breaks and ends. */
export function rulesOfLife<Raw>(test: StageTest<Raw>): void {
  describe('life', () => {
    test('a stop ends it within a second', stopsIdle)
    test('a stop does not wait for a handler that hangs', stopsBusy)
    test('nothing is offered after a stop', silentAfterStop)
    test('a signal that has aborted already ends it at once', neverStarts)
    test('a link cut midway recovers by itself', recovers, 'cut')
  })
}

async function stopsIdle({ start }: AnyStage): Promise<void> {
  const { stop, connection } = await start()
  const begun = performance.now()
  await stop()
  expect(performance.now() - begun).toBeLessThan(STOP_MS)
  expect(connection.status().state).toBe('stopped')
}

async function stopsBusy({ far, start, offered, until }: AnyStage): Promise<void> {
  const { stop } = await start(() => new Promise(() => {}))
  await far.say(0, 'hello')
  await until(() => offered.length === 1, 'the message')
  const begun = performance.now()
  await stop()
  expect(performance.now() - begun).toBeLessThan(STOP_MS)
}

async function silentAfterStop({ far, start, offered }: AnyStage): Promise<void> {
  const { stop } = await start()
  await stop()
  await far.say(0, 'too late').catch(() => {})
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(offered).toHaveLength(0)
}

async function neverStarts({ far, offered }: AnyStage): Promise<void> {
  const connection = await far.connect()
  const host = {
    onMessage: () => Promise.reject(new Error('unexpected')),
    onIgnored: () => {},
    log: () => {},
  }
  const begun = performance.now()
  await connection.run(host, AbortSignal.abort())
  expect(performance.now() - begun).toBeLessThan(STOP_MS)
  expect(connection.status().state).toBe('stopped')
  expect(offered).toHaveLength(0)
}

async function recovers({ far, start, offered, until }: AnyStage): Promise<void> {
  const { connection } = await start()
  await far.say(0, 'one')
  await until(() => offered.length === 1, 'the first message')
  await far.cut()
  await far.say(0, 'two')
  await until(() => texts(offered).includes('two'), 'the message after the cut')
  expect(texts(offered)).toEqual(['one', 'two'])
  await until(() => connection.status().state === 'connected', 'the state')
}
