import { describe, expect, inject, it } from 'vitest'
import type { Lease, LeaseTiming } from '../src/index.ts'
import { openProxy } from './support-proxy.ts'
import { errorOf, onSchema, pause, type TestSchema, until } from './support-store.ts'

/** Everything ten times as fast. */
const FAST: LeaseTiming = { leaseMs: 1_000, renewMs: 250, marginMs: 300, askMs: 100 }
const never = (): AbortSignal => new AbortController().signal

async function taken(store: Awaited<ReturnType<TestSchema['open']>>, name = 'bot'): Promise<Lease> {
  const lease = await store.leases.take(name, never())
  if (lease === undefined) throw new Error('it was not given')
  return lease
}

describe('a lease', () => {
  it(
    'is one process’s alone, and goes to the next one at once when it is given back',
    onSchema(async ({ open }) => {
      const [a, b] = await Promise.all([open({ leases: FAST }), open({ leases: FAST })])
      const first = await taken(a)
      let second: Lease | undefined
      const waiting = taken(b).then((lease) => {
        second = lease
      })
      await pause(1_500)
      expect(second).toBeUndefined()
      expect(first.isHeld()).toBe(true)
      await first.release()
      await first.release()
      expect(first.ended.aborted).toBe(true)
      await waiting
      expect(second?.epoch).toBe(first.epoch + 1)
      expect((await taken(a, 'another')).epoch).toBe(1)
    }),
  )

  it(
    'says who has it, by name, also to those who do not, and waits at its own process too',
    onSchema(async ({ open, sql }) => {
      const [a, b] = await Promise.all([open({ leases: FAST }), open({ leases: FAST })])
      expect(await b.leases.holderOf('bot/x')).toBeUndefined()
      const first = await taken(a, 'bot/x')
      await taken(b, 'bot/ö')
      await taken(b, 'bou')
      const holder = await b.leases.holderOf('bot/x')
      expect(holder).toEqual({ replica: a.replicas.id, epoch: 1 })
      expect(await a.leases.holderOf('bot/x')).toEqual(holder)
      expect((await a.leases.list('bot/')).map(({ name }) => name)).toEqual(['bot/x', 'bot/ö'])
      const [x, o] = await a.leases.list('bot/')
      expect(x).toEqual({ name: 'bot/x', ...holder, isLive: true })
      expect(o?.replica).toBe(b.replicas.id)
      expect(a.replicas.id).not.toBe(b.replicas.id)
      expect(await a.leases.list('nobody')).toEqual([])
      let again: Lease | undefined
      const waiting = taken(a, 'bot/x').then((lease) => {
        again = lease
      })
      await pause(3 * FAST.askMs)
      expect(again).toBeUndefined()
      await first.release()
      await waiting
      expect(await b.leases.holderOf('bot/x')).toEqual({ replica: holder?.replica, epoch: 2 })
      await sql(`UPDATE $s.leases SET until = '-infinity' WHERE name = 'bot/ö'`)
      expect(await a.leases.holderOf('bot/ö')).toBeUndefined()
      expect(await a.leases.list('bot/ö')).toMatchObject([{ epoch: 1, isLive: false }])
      await expect(errorOf(a.leases.holderOf(''))).resolves.toMatchObject({
        code: 'ERR_STORE_NAME',
      })
    }),
  )

  it(
    'of a store that is closed is given back',
    onSchema(async ({ open }) => {
      const [a, b] = await Promise.all([open(), open({ leases: FAST })])
      const first = await taken(a)
      await a.close()
      expect(first.isHeld()).toBe(false)
      expect((await taken(b)).epoch).toBe(2)
      await expect(errorOf(a.leases.take('bot', never()))).resolves.toMatchObject({
        code: 'ERR_STORE_CLOSED',
      })
    }),
  )

  it(
    'of a replica that is cut off ends there before another has it',
    onSchema(async ({ open }) => {
      const proxy = await openProxy(inject('postgresUrl'))
      try {
        const [a, b] = await Promise.all([
          open({ url: proxy.url, leases: FAST }),
          open({ leases: FAST }),
        ])
        const first = await taken(a)
        let endedAt = Number.POSITIVE_INFINITY
        first.ended.addEventListener('abort', () => {
          endedAt = performance.now()
        })
        const waiting = taken(b)
        proxy.pause()
        const cutAt = performance.now()
        const second = await waiting
        const takenAt = performance.now()
        expect(endedAt).toBeLessThan(takenAt)
        expect(second.epoch).toBe(2)
        // A lease, and one question.
        expect(takenAt - cutAt).toBeLessThan(FAST.leaseMs + FAST.askMs + 5_000)
        expect(first.isHeld()).toBe(false)
      } finally {
        proxy.reset()
        await proxy.close()
      }
    }),
  )

  it(
    'outlives a server that goes away for a moment',
    onSchema(async ({ open }) => {
      const proxy = await openProxy(inject('postgresUrl'))
      try {
        const store = await open({ url: proxy.url, leases: FAST })
        const lease = await taken(store)
        proxy.reset()
        await pause(1_500)
        expect(lease.isHeld()).toBe(true)
      } finally {
        await proxy.close()
      }
    }),
  )

  it(
    'keeps a value that the next holder reads, and takes none from an earlier one',
    onSchema(async ({ open, sql }) => {
      const [a, b] = await Promise.all([open({ leases: FAST }), open({ leases: FAST })])
      const first = await taken(a)
      expect(first.kept()).toBeUndefined()
      await first.save({ offset: 41 })
      await first.save({ offset: 42, text: '\u0000\ud800' })
      expect(first.kept()).toEqual({ offset: 42, text: '\u0000\ud800' })
      // It lost the lease, and has not noticed.
      await sql(`UPDATE $s.leases SET until = '-infinity'`)
      const second = await taken(b)
      expect(second.kept()).toEqual({ offset: 42, text: '\u0000\ud800' })
      await expect(errorOf(first.save({ offset: 1 }))).resolves.toMatchObject({
        code: 'ERR_STORE_LEASE_OVER',
      })
      expect(first.isHeld()).toBe(false)
      await second.release()
      expect((await taken(a)).kept()).toEqual({ offset: 42, text: '\u0000\ud800' })
      const long = 'x'.repeat(8 * 1024 * 1024)
      await expect(errorOf(second.save(long))).resolves.toMatchObject({ code: 'ERR_STORE_VALUE' })
    }),
  )

  it(
    'is not given to whoever stopped waiting, nor under a name that is none',
    onSchema(async ({ open }) => {
      const [a, b] = await Promise.all([open({ leases: FAST }), open({ leases: FAST })])
      const first = await taken(a)
      const stop = new AbortController()
      const waiting = b.leases.take('bot', stop.signal)
      stop.abort()
      expect(await waiting).toBeUndefined()
      await first.release()
      expect((await taken(a)).epoch).toBe(2)
      await expect(errorOf(a.leases.take('', never()))).resolves.toMatchObject({
        code: 'ERR_STORE_NAME',
      })
    }),
  )

  it(
    'is noticed as lost by a process that was asleep, before it does anything',
    onSchema(async ({ open }) => {
      const store = await open({ leases: FAST })
      const lease = await taken(store)
      const asleep = performance.now() + FAST.leaseMs
      while (performance.now() < asleep);
      expect(lease.isHeld()).toBe(false)
    }),
  )

  it(
    'never has two holders at a moment, whatever happens to their connections',
    onSchema(async ({ open }) => {
      const proxies = await Promise.all([0, 1, 2].map(() => openProxy(inject('postgresUrl'))))
      const stop = new AbortController()
      const holders = new Set<number>()
      const seen = { most: 0, epochs: [] as number[] }
      const replicas = proxies.map(async (proxy, number) => {
        const store = await open({ url: proxy.url, leases: FAST })
        while (!stop.signal.aborted) {
          const lease = await store.leases.take('bot', stop.signal)
          if (lease === undefined) return
          holders.add(number)
          seen.most = Math.max(seen.most, holders.size)
          seen.epochs.push(lease.epoch)
          lease.ended.addEventListener('abort', () => holders.delete(number))
          await until(() => !lease.isHeld() || stop.signal.aborted, 30_000)
          if (lease.isHeld() && number !== 1) await lease.release()
        }
      })
      for (let round = 0; round < 8; round += 1) {
        const proxy = proxies[round % 3]
        proxy?.pause()
        await pause(700)
        proxy?.reset()
        proxy?.resume()
        await pause(150)
      }
      stop.abort()
      for (const proxy of proxies) proxy.resume()
      await Promise.all(replicas)
      expect(seen.most).toBe(1)
      expect(seen.epochs.length).toBeGreaterThan(1)
      expect(seen.epochs).toEqual([...seen.epochs].sort((one, other) => one - other))
      await Promise.all(proxies.map((proxy) => proxy.close()))
    }),
    60_000,
  )
})
