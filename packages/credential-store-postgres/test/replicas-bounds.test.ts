import { expect, inject, it } from 'vitest'
import { openProxy } from './support-proxy.ts'
import { errorOf, onSchema, pause, until } from './support-store.ts'

/** A life that no fault of a test outlasts. */
const LONG = { lifeMs: 60_000, beatMs: 200, lookMs: 100 }
const LONG_MS = 20_000
const MEBIBYTE = 1024 * 1024

it(
  'keeps a bounded number of bytes for a server that does not answer, and refuses more',
  onSchema(async ({ open }) => {
    const proxy = await openProxy(inject('postgresUrl'))
    try {
      const [cut, other] = await Promise.all([
        open({ url: proxy.url, replicas: LONG }),
        open({ replicas: LONG }),
      ])
      await until(() => cut.replicas.others().length + other.replicas.others().length === 2)
      let told = 0
      other.replicas.serve('much', () => {
        told += 1
        return null
      })
      proxy.pause()
      const much = 'x'.repeat(4 * MEBIBYTE)
      for (let n = 0; n < 40; n += 1) cut.replicas.tell('much', much)
      const to = other.replicas.id
      const busy = { code: 'ERR_REPLICA_BUSY' }
      expect(await errorOf(cut.replicas.ask(to, 'much', much, LONG_MS))).toMatchObject(busy)
      proxy.resume()
      await until(() => told > 25, LONG_MS)
      expect(await cut.replicas.ask(to, 'much', much, LONG_MS)).toBe(null)
      // what was told within 128 MiB, and what was asked
      expect(told).toBeLessThanOrEqual(33)
    } finally {
      proxy.reset()
      await proxy.close()
    }
  }),
  60_000,
)

it(
  'lets no more wait at the database for one that takes nothing than it could take',
  onSchema(async ({ open, sql }) => {
    const proxy = await openProxy(inject('postgresUrl'))
    try {
      const [one, cut, third] = await Promise.all([
        open({ replicas: LONG }),
        open({ url: proxy.url, replicas: LONG }),
        open({ replicas: LONG }),
      ])
      let heard = 0
      third.replicas.serve('word', () => {
        heard += 1
        return null
      })
      third.replicas.serve('echo', (body) => body)
      const stores = [one, cut, third]
      const others = (): readonly number[] => stores.map(({ replicas }) => replicas.others().length)
      await until(() => others().every((count) => count === 2), LONG_MS)
      proxy.pause()
      const count = 13_000
      for (let n = 0; n < count; n += 1) {
        one.replicas.tell('word', n)
        if (n % 1_000 === 0) await until(() => heard > n - 2_000, LONG_MS)
      }
      await until(() => heard === count, LONG_MS)
      const [row] = await sql('SELECT count(*)::int FROM $s.mail WHERE recipient = $1', [
        cut.replicas.id,
      ])
      const waiting = Number(row?.['count'])
      expect(waiting).toBeGreaterThanOrEqual(10_000)
      expect(waiting).toBeLessThan(10_200)
      expect(await errorOf(one.replicas.ask(cut.replicas.id, 'echo', 1, LONG_MS))).toMatchObject({
        code: 'ERR_REPLICA_BUSY',
      })
      expect(await one.replicas.ask(third.replicas.id, 'echo', 1, LONG_MS)).toBe(1)
      proxy.resume()
    } finally {
      proxy.reset()
      await proxy.close()
    }
  }),
  90_000,
)

it(
  'sees no note that was taken back while it did not look, long enough that it is not listed any more',
  onSchema(async ({ open, sql }) => {
    const proxy = await openProxy(inject('postgresUrl'))
    try {
      const timing = { ...LONG, sweepMs: 200 }
      const [one, slow] = await Promise.all([
        open({ replicas: timing }),
        open({ url: proxy.url, replicas: LONG }),
      ])
      one.replicas.note('stays', 1)
      one.replicas.note('goes', 1)
      await until(() => slow.replicas.noted('').length === 2, LONG_MS)
      proxy.pause()
      one.replicas.note('goes', undefined)
      let rows: readonly unknown[] = [1, 2]
      while (rows.length > 1) {
        await pause(50)
        rows = await sql('SELECT key FROM $s.notes')
      }
      one.replicas.note('new', 1)
      expect(slow.replicas.noted('').map(({ key }) => key)).toEqual(['goes', 'stays'])
      proxy.resume()
      await until(() => slow.replicas.noted('new').length === 1, LONG_MS)
      expect(slow.replicas.noted('').map(({ key }) => key)).toEqual(['new', 'stays'])
    } finally {
      proxy.reset()
      await proxy.close()
    }
  }),
  60_000,
)

it(
  'shows thousands of notes, page by page, and finds one among them',
  onSchema(async ({ open }) => {
    const [one, other] = await Promise.all([open({ replicas: LONG }), open({ replicas: LONG })])
    const count = 3_000
    for (let n = 0; n < count; n += 1) one.replicas.note(`node/${String(n)}`, { n })
    await until(() => other.replicas.noted('node/').length === count, LONG_MS)
    expect(other.replicas.noted('node/2999')).toEqual([
      { replica: one.replicas.id, key: 'node/2999', value: { n: 2_999 } },
    ])
    for (let n = 0; n < count; n += 2) one.replicas.note(`node/${String(n)}`, undefined)
    await until(() => other.replicas.noted('node/').length === count / 2, LONG_MS)
    for (let n = 0; n < 20_000; n += 1) one.replicas.note(`more/${String(n)}`, n)
    await until(() => other.replicas.noted('').length === 20_000, LONG_MS)
    expect(other.replicas.noted('node/')).toHaveLength(count / 2)
  }),
  60_000,
)

it(
  'sweeps out what the dead left',
  onSchema(async ({ open, sql }) => {
    const dead = 'd9f4b1a0-0000-4000-8000-000000000000'
    await open({ replicas: { ...LONG, sweepMs: 300 } }).then(({ replicas }) => {
      replicas.note('stays', 1)
    })
    await sql(`INSERT INTO $s.replicas (id, until) VALUES ($1, now() - interval '2 minutes')`, [
      dead,
    ])
    await sql(`INSERT INTO $s.notes (replica, key, value, version) VALUES ($1, 'left', '1', 1)`, [
      dead,
    ])
    await sql(
      `INSERT INTO $s.mail (recipient, sender, number, what, kind, until, size, body)
        VALUES ($1, $1, 1, 'tell', 'x', now(), 1, '1')`,
      [dead],
    )
    const left = (): ReturnType<typeof sql> =>
      sql(`SELECT (SELECT count(*)::int FROM $s.replicas) AS replicas,
        (SELECT string_agg(key, ',') FROM $s.notes) AS notes, (SELECT count(*)::int FROM $s.mail) AS mail`)
    const start = performance.now()
    let rows = await left()
    while (rows[0]?.['notes'] !== 'stays' || rows[0]['mail'] !== 0) {
      if (performance.now() - start > LONG_MS) break
      await pause(50)
      rows = await left()
    }
    expect(rows).toEqual([{ replicas: 1, notes: 'stays', mail: 0 }])
  }),
  60_000,
)

it(
  'says why the server refuses, and goes on when it does not any more',
  onSchema(async ({ open, sql }) => {
    const [one, other] = await Promise.all([open({ replicas: LONG }), open({ replicas: LONG })])
    other.replicas.serve('echo', (body) => body)
    await until(() => one.replicas.others().length === 1, LONG_MS)
    const ask = (): Promise<unknown> => one.replicas.ask(other.replicas.id, 'echo', 1, LONG_MS)
    await sql('ALTER TABLE $s.mail RENAME TO elsewhere')
    expect(await errorOf(ask())).toMatchObject({ code: 'ERR_STORE_SCHEMA_UNKNOWN' })
    await sql('ALTER TABLE $s.elsewhere RENAME TO mail')
    expect(await ask()).toBe(1)
  }),
  60_000,
)
