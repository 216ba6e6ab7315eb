import type { EpochMs } from '@openclaw/pairing-contracts'
import { expect, it } from 'vitest'
import { postgresStore } from '../src/index.ts'
import { nodePostgresPorts, nodePostgresStore } from '../src/node.ts'
import { openProxy } from './support-proxy.ts'
import { drawName, errorOf, numbers, onSchema, put, until, withClient } from './support-store.ts'

/** Times so long that nothing but a notification can be in time. */
const NO_POLLING = { timing: { pollMs: 60_000, staleMs: 600_000 } }
const QUICK = { pollMs: 50, staleMs: 800, lookWithinMs: 400 }
const stale = expect.objectContaining({ code: 'ERR_STORE_STALE' })

it(
  'is woken by each commit of another replica, without polling',
  onSchema(async (schema) => {
    const reader = await schema.open(NO_POLLING)
    const writer = await schema.open()
    await until(() => reader.health().listening)
    const view = reader.view(numbers)
    for (let n = 1; n <= 30; n += 1) {
      await put(writer, 'n', n)
      await until(() => view.get('n') === n)
    }
  }),
)

it(
  'sees commits by polling where notifications go nowhere, and says so',
  onSchema(async (schema) => {
    const database = drawName()
    await schema.sql(`CREATE DATABASE ${database}`)
    const elsewhere = new URL(schema.url)
    elsewhere.pathname = database
    try {
      const reader = await schema.open({ listenUrl: elsewhere.href })
      const writer = await schema.open()
      for (let n = 1; n <= 2; n += 1) {
        await put(writer, 'n', n)
        await until(() => reader.view(numbers).get('n') === n)
      }
      expect(reader.health()).toMatchObject({ state: 'ok', listening: false })
      await reader.close()
    } finally {
      await schema.sql(`DROP DATABASE ${database} WITH (FORCE)`)
    }
  }),
)

it(
  'answers nothing when the state was not confirmed in time, and goes on when it is',
  onSchema(async (schema) => {
    const proxy = await openProxy(schema.url)
    const store = await schema.open({ url: proxy.url, timing: QUICK })
    await put(store, 'a', 1)
    const view = store.view(numbers)
    proxy.pause()
    expect(view.get('a')).toBe(1)
    await until(() => store.health().state === 'stale')
    expect(() => view.get('a')).toThrow(stale)
    expect(() => view.has('a')).toThrow(stale)
    expect(() => view.peek('a')).toThrow(stale)
    expect(() => view.entries('')).toThrow(stale)
    expect(() => view.seq()).toThrow(stale)
    proxy.resume()
    await until(() => store.health().state === 'ok')
    expect(view.get('a')).toBe(1)
    await store.close()
    await proxy.close()
  }),
)

it(
  'counts a confirmation from when it was asked for, not from when it was answered',
  onSchema(async (schema) => {
    const proxy = await openProxy(schema.url)
    const timing = { pollMs: 60_000, staleMs: 60_000, lookWithinMs: 5_000 }
    const store = await schema.open({ url: proxy.url, timing })
    await until(() => store.health().listening)
    await store.refresh()
    proxy.pause()
    const asked = store.refresh()
    await new Promise((resolve) => setTimeout(resolve, 300))
    proxy.resume()
    await asked
    expect(store.health().confirmedMs).toBeGreaterThanOrEqual(290)
    await store.close()
    await proxy.close()
  }),
)

it(
  'does not answer after this machine slept, which the forward clock does not count',
  onSchema(async ({ url, schema }) => {
    const slept = { ms: 0 }
    const ports = nodePostgresPorts()
    const clock = { now: () => (ports.clock.now() + slept.ms) as EpochMs }
    const timing = { pollMs: 60_000 }
    const store = await postgresStore({ url, schema, timing }, { ...ports, clock })
    await put(store, 'a', 1)
    slept.ms = 6_000
    expect(() => store.view(numbers).get('a')).toThrow(stale)
    await store.refresh()
    expect(store.view(numbers).get('a')).toBe(1)
    await store.close()
  }),
)

it(
  'refuses a server that takes no writes, at the start and later',
  onSchema(async (schema) => {
    const database = drawName()
    await schema.sql(`CREATE DATABASE ${database}`)
    const own = new URL(schema.url)
    own.pathname = database
    try {
      const options = { url: own.href, timing: QUICK }
      const store = await nodePostgresStore(options)
      await put(store, 'a', 1)
      await schema.sql(`ALTER DATABASE ${database} SET default_transaction_read_only = on`)
      await schema.sql(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1',
        [database],
      )
      await until(() => store.health().error?.code === 'ERR_STORE_STANDBY')
      const standby = { code: 'ERR_STORE_STANDBY' }
      expect(() => store.view(numbers).get('a')).toThrow(expect.objectContaining(standby))
      await expect(put(store, 'b', 1)).rejects.toMatchObject(standby)
      await expect(nodePostgresStore(options)).rejects.toMatchObject(standby)
      await store.close()
    } finally {
      await schema.sql(`DROP DATABASE ${database} WITH (FORCE)`)
    }
  }),
)

const restored: readonly (readonly [string, string])[] = [
  ['an older state', 'UPDATE $s.head SET seq = 1; DELETE FROM $s.events WHERE seq > 1'],
  ['another store', 'UPDATE $s.head SET store_id = gen_random_uuid()'],
  ['another entry at the same place', "UPDATE $s.events SET hash = repeat('1', 64) WHERE seq = 3"],
  ['a journal without that entry', 'DELETE FROM $s.events WHERE seq = 3'],
]

it.each(restored)(
  'goes on for nobody when the database was replaced by %s',
  async (_name, text) => {
    await onSchema(async (schema) => {
      const store = await schema.open()
      for (const n of [1, 2, 3]) await put(store, 'n', n)
      await withClient(schema.url, (client) => client.query(text.replaceAll('$s', schema.schema)))
      await expect(store.refresh()).rejects.toMatchObject({ code: 'ERR_STORE_REPLACED' })
      expect(await errorOf((async () => store.view(numbers).get('n'))())).toMatchObject({
        code: 'ERR_STORE_REPLACED',
      })
      expect(store.health().state).toBe('damaged')
      await expect(put(store, 'n', 4)).rejects.toMatchObject({ code: 'ERR_STORE_REPLACED' })
    })()
  },
)

it(
  'reads everything again when what it missed was swept out',
  onSchema(async (schema) => {
    const proxy = await openProxy(schema.url)
    const slow = await schema.open({ ...NO_POLLING, url: proxy.url })
    await put(slow, 'gone', 1)
    await slow.refresh()
    const walk = slow.view(numbers).walk()
    expect(walk.next(10).entries).toEqual([{ key: 'gone', value: 1 }])
    proxy.pause()
    const writer = await schema.open()
    await writer.transact(
      { scope: 'x' as never, actor: { kind: 'root', user: 'x' }, action: 'x' },
      (tx) => tx.remove(numbers, 'gone'),
    )
    for (let n = 0; n < 5; n += 1) await put(writer, 'n', n)
    await schema.sql(
      'WITH swept AS (DELETE FROM $s.events WHERE seq < 6) UPDATE $s.head SET floor = 6',
    )
    const other = await schema.open({ hold: [numbers.name] })
    proxy.resume()
    await slow.refresh()
    for (const store of [slow, other]) {
      expect(store.view(numbers).entries('')).toEqual([{ key: 'n', value: 4 }])
      expect(store.view(numbers).seq()).toBe(7)
    }
    expect(walk.next(10)).toMatchObject({ entries: [{ key: 'n', value: 4 }], more: false })
    await slow.close()
    await proxy.close()
  }),
)

it(
  'shows only what it was told to hold',
  onSchema(async (schema) => {
    const store = await schema.open({ hold: ['other'] })
    await put(store, 'a', 1)
    expect(() => store.view(numbers)).toThrow(
      expect.objectContaining({ code: 'ERR_STORE_NOT_HELD' }),
    )
    expect(store.view({ ...numbers, name: 'other' }).entries('')).toEqual([])
    expect(store.health().seq).toBe(1)
  }),
)

it(
  'answers nothing when it cannot read what happened',
  onSchema(async (schema) => {
    const store = await schema.open()
    await put(store, 'a', 1)
    await schema.sql(`WITH moved AS (UPDATE $s.head SET seq = 2)
      INSERT INTO $s.events SELECT 2, txid, time, scope, actor, action, '{', detail, prev, hash
        FROM $s.events WHERE seq = 1`)
    const damaged = { code: 'ERR_STORE_EVENT_DAMAGED', seq: 2 }
    await expect(store.refresh()).rejects.toMatchObject(damaged)
    expect(() => store.view(numbers).get('a')).toThrow(expect.objectContaining(damaged))
    expect(store.health().state).toBe('damaged')
  }),
)
