import { expect, it } from 'vitest'
import { connectOperator, createIdentity, type OperatorClient } from '../src/client.ts'
import { hello, type Peer, recorded } from './client/gateway.ts'
import { aGateway, closing, fast, rejection } from './client/surroundings.ts'

async function connected(): Promise<{
  operator: OperatorClient
  first: Peer
  next: () => Promise<Peer>
}> {
  const { url, peer } = await aGateway()
  const operator = closing(connectOperator({ url, identity: createIdentity() }, fast()))
  const first = await peer()
  await first.admit(hello({ role: 'operator' }))
  await operator.ready()
  return { operator, first, next: peer }
}

/** Resolves when all that was sent before has been read. */
async function settled({ operator, first }: { operator: OperatorClient; first: Peer }) {
  const asked = operator.request('health', {})
  first.answer((await first.request('health')).id, { ok: true, ts: 1 })
  await asked
}

it('tells of events that a gateway of 2026.2.17 sends, until the listener is taken away', async () => {
  const both = await connected()
  const seen: unknown[] = []
  const off = both.operator.on('device.pair.requested', ({ deviceId }) => seen.push(deviceId))
  const frame = recorded('02-operator-watch', 'device.pair.requested')
  both.first.send(frame)
  both.first.send(recorded('02-operator-watch', 'tick'))
  await settled(both)
  off()
  both.first.send(frame)
  await settled(both)
  expect(seen).toEqual([(frame['payload'] as { deviceId: string }).deviceId])
})

it('tells of events that nobody here knows, as they come', async () => {
  const both = await connected()
  const seen: unknown[] = []
  both.operator.on('chat', (payload) => seen.push(payload))
  both.first.event('chat', { text: 'hi' })
  both.first.event('chat')
  await settled(both)
  expect(seen).toEqual([{ text: 'hi' }, undefined])
})

it('keeps events that cannot be read from its listeners', async () => {
  const both = await connected()
  const seen: unknown[] = []
  both.operator.on('device.pair.resolved', (payload) => seen.push(payload))
  both.first.event('device.pair.resolved', { requestId: 1 })
  await settled(both)
  expect(seen).toEqual([])
})

it('goes on when a listener throws', async () => {
  const both = await connected()
  const seen: unknown[] = []
  both.operator.on('tick', () => {
    throw new Error('of the listener')
  })
  both.operator.on('tick', ({ ts }) => seen.push(ts))
  both.first.event('tick', { ts: 1 })
  both.first.event('tick', { ts: 2 })
  await settled(both)
  expect(seen).toEqual([1, 2])
})

it('is read with for await, over a lost connection, until the client is closed', async () => {
  const { operator, first, next } = await connected()
  const events = operator.events('tick')
  first.event('tick', { ts: 1 })
  first.event('tick', { ts: 2 })
  const seen: number[] = []
  for await (const { ts } of events) {
    seen.push(ts)
    if (ts === 2) first.socket.terminate()
    if (ts === 2) {
      const second = await next()
      await second.admit(hello({ role: 'operator' }))
      second.event('tick', { ts: 3 })
    }
    if (ts === 3) void operator.close()
  }
  expect(seen).toEqual([1, 2, 3])
  expect(await operator.events('tick').next()).toEqual({ done: true, value: undefined })
})

it('stops reading at its signal, and when its reader has enough', async () => {
  const { operator, first } = await connected()
  const controller = new AbortController()
  const aborted = operator.events('tick', controller.signal)
  const pending = aborted.next()
  controller.abort()
  expect(await pending).toEqual({ done: true, value: undefined })
  const left = operator.events('tick')
  const waiting = left.next()
  await left.return?.()
  expect(await waiting).toEqual({ done: true, value: undefined })
  first.event('tick', { ts: 1 })
  expect(await left.next()).toEqual({ done: true, value: undefined })
})

it('tells a reader that it missed events, instead of leaving some out', async () => {
  const both = await connected()
  const slow = both.operator.events('tick')
  const enough = both.operator.events('tick')
  for (let ts = 0; ts < 256; ts += 1) both.first.event('tick', { ts })
  await settled(both)
  expect((await enough.next()).value).toEqual({ ts: 0 })
  both.first.event('tick', { ts: 256 })
  await settled(both)
  expect(await rejection(slow.next())).toMatchObject({ code: 'ERR_EVENTS_MISSED' })
  expect(await slow.next()).toEqual({ done: true, value: undefined })
  let last: unknown
  for (let ts = 1; ts <= 256; ts += 1) last = (await enough.next()).value
  expect(last).toEqual({ ts: 256 })
})

it('takes 256 listeners, and lets go of those that were taken away', async () => {
  const { operator } = await connected()
  const offs = Array.from({ length: 256 }, () => operator.on('tick', () => {}))
  expect(() => operator.on('tick', () => {})).toThrow(
    expect.objectContaining({ code: 'ERR_CLIENT_OPTIONS' }),
  )
  offs[0]?.()
  operator.on('tick', () => {})
})
