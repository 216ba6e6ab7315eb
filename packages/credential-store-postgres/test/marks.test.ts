import { describe, expect, it } from 'vitest'
import type { Lease, LeaseTiming, NamedMarks } from '../src/index.ts'
import { openProxy } from './support-proxy.ts'
import { errorOf, onSchema, pause, type TestSchema, until } from './support-store.ts'

const FAST: LeaseTiming = { leaseMs: 1_000, renewMs: 250, marginMs: 300, askMs: 50 }

async function taken(store: Awaited<ReturnType<TestSchema['open']>>, name = 'bot'): Promise<Lease> {
  const lease = await store.leases.take(name, new AbortController().signal)
  if (lease === undefined) throw new Error('it was not given')
  return lease
}

const codeOf = async (promise: Promise<unknown>): Promise<unknown> =>
  ((await errorOf(promise)) as { code?: unknown }).code

describe('a mark', () => {
  it(
    'is begun by one of several replicas that come at once, and the others are told who',
    onSchema(async ({ open }) => {
      const stores = await Promise.all([open(), open(), open()])
      const keys = Array.from({ length: 200 }, (_, n) => `bot/${String(n)}`)
      const before = Date.now()
      const begun = await Promise.all(
        stores.map(({ marks }) => {
          const mine = marks.of('bot')
          return Promise.all(keys.map((key) => mine.begin(key, 'begun')))
        }),
      )
      for (const [index] of keys.entries()) {
        const answers = begun.map((each) => each[index])
        const marks = answers.filter((answer) => answer !== undefined)
        expect(marks).toHaveLength(2)
        expect(marks[0]).toEqual(marks[1])
        expect(marks[0]).toMatchObject({ stage: 'begun', epoch: 0, isOver: false })
        expect(Math.abs((marks[0]?.at ?? 0) - before)).toBeLessThan(60_000)
      }
      expect(await stores[0].marks.of('another').begin('bot/1', 'begun')).toBeUndefined()
    }),
  )

  it(
    'is put in the order of the calls, and tells how far it came',
    onSchema(async ({ open }) => {
      const [a, b] = await Promise.all([open(), open()])
      const [mine, others] = [a.marks.of('bot'), b.marks.of('bot')]
      await Promise.all([mine.begin('1', 'one'), mine.put('1', 'two'), mine.put('1', 'three')])
      expect(await others.begin('1', 'one')).toMatchObject({ stage: 'three' })
      expect(await mine.begin('1', 'one')).toMatchObject({ stage: 'three' })
    }),
  )

  it(
    'is taken over once, and then no more is noted by whoever had it',
    onSchema(async ({ open }) => {
      const [a, b, c] = await Promise.all([open(), open(), open()])
      const [first, second, third] = [a, b, c].map(({ marks }) => marks.of('bot')) as [
        NamedMarks,
        NamedMarks,
        NamedMarks,
      ]
      await first.begin('1', 'begun')
      const seen = await second.begin('1', 'begun')
      if (seen === undefined) throw new Error('it was not seen')
      expect(await codeOf(second.put('1', 'done'))).toBe('ERR_STORE_MARK_OVER')
      const both = await Promise.all([second.take('1', seen), third.take('1', seen)])
      expect([...both].sort()).toEqual([false, true])
      expect(await codeOf(first.put('1', 'done'))).toBe('ERR_STORE_MARK_OVER')
      expect(await first.begin('1', 'begun')).toMatchObject({ stage: 'begun' })
      await (both[0] ? second : third).put('1', 'done')
      expect(await second.take('2', seen)).toBe(false)
    }),
  )

  it(
    'under a lease is fenced: nothing is noted once another has it',
    onSchema(async ({ open, sql }) => {
      const [a, b] = await Promise.all([open({ leases: FAST }), open({ leases: FAST })])
      const lease = await taken(a)
      const mine = a.marks.of('bot', lease)
      await mine.begin('1', 'begun')
      await sql(`UPDATE $s.leases SET until = '-infinity'`)
      // over, and nobody took it since
      await mine.put('1', 'half')
      const next = await taken(b)
      const others = b.marks.of('bot', next)
      const refused = [mine.begin('2', 'begun'), mine.put('1', 'done'), mine.put('3', 'done')]
      for (const each of refused) expect(await codeOf(each)).toBe('ERR_STORE_LEASE_OVER')
      const seen = await others.begin('1', 'begun')
      expect(seen).toMatchObject({ stage: 'half', epoch: 1, isOver: true })
      expect(await others.begin('2', 'begun')).toBeUndefined()
      expect(await others.begin('3', 'begun')).toBeUndefined()
      await others.put('1', 'done')
      // one of ours that has nothing to do with the lease shares the statement
      const [over, free] = await Promise.allSettled([
        mine.put('1', 'begun'),
        a.marks.of('free').begin('1', 'begun'),
      ])
      expect(over).toMatchObject({ reason: { code: 'ERR_STORE_LEASE_OVER' } })
      expect(free).toMatchObject({ value: undefined })
      expect(await others.begin('1', 'begun')).toMatchObject({ stage: 'done', isOver: false })
    }),
  )

  it(
    'under a lease never lands behind the first look of the next holder, however the two come together',
    onSchema(async ({ open, sql }) => {
      const [a, b] = await Promise.all([open({ leases: FAST }), open({ leases: FAST })])
      const seen = { landed: 0, refused: 0 }
      for (let round = 0; round < 40; round += 1) {
        const name = `bot/${String(round)}`
        const mine = a.marks.of(name, await taken(a, name))
        await sql(`UPDATE $s.leases SET until = '-infinity' WHERE name = $1`, [name])
        const next = taken(b, name).then((lease) => b.marks.of(name, lease).begin('1', 'theirs'))
        await pause(round % 4)
        const landed = await mine.begin('1', 'mine').then(
          () => true,
          () => false,
        )
        seen[landed ? 'landed' : 'refused'] += 1
        expect((await next)?.stage).toBe(landed ? 'mine' : undefined)
      }
      expect(seen.landed + seen.refused).toBe(40)
    }),
    60_000,
  )

  it(
    'under a lease that is being noted keeps the lease from the next holder until it is there',
    onSchema(async ({ open, sql }) => {
      const [a, b] = await Promise.all([open({ leases: FAST }), open({ leases: FAST })])
      await sql(`CREATE FUNCTION $s.wait() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('$s')); RETURN NEW; END $f$`)
      await sql(
        'CREATE TRIGGER wait BEFORE INSERT ON $s.marks FOR EACH ROW EXECUTE FUNCTION $s.wait()',
      )
      const lease = await taken(a)
      await sql(`UPDATE $s.leases SET until = '-infinity'`)
      await sql(`SELECT pg_advisory_lock(hashtext('$s'))`)
      const noted = a.marks.of('bot', lease).put('1', 'mine')
      const waits = `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
          AND objid::bigint = hashtext('$s')::bit(32)::bigint`
      for (let tries = 0; tries < 500 && (await sql(waits)).length === 0; tries += 1)
        await pause(10)
      let next: Lease | undefined
      const waiting = taken(b).then((given) => {
        next = given
      })
      await pause(10 * FAST.askMs)
      expect(next).toBeUndefined()
      await sql(`SELECT pg_advisory_unlock(hashtext('$s'))`)
      await noted
      await waiting
      expect(await b.marks.of('bot', next).begin('1', 'theirs')).toMatchObject({ stage: 'mine' })
    }),
  )

  it(
    'refuses a key, a stage and a name that are none, and what comes after the end',
    onSchema(async ({ open }) => {
      const store = await open()
      const mine = store.marks.of('bot')
      const wrong = [mine.begin('', 'x'), mine.begin('a\0', 'x'), mine.put('a', '\ud800')]
      for (const each of wrong) expect(await codeOf(each)).toBe('ERR_STORE_NAME')
      expect(() => store.marks.of('x'.repeat(257))).toThrow(
        expect.objectContaining({ code: 'ERR_STORE_NAME' }),
      )
      const long = '\u{10000}'.repeat(2_000)
      expect(await store.marks.of('ö'.repeat(256)).begin(long, '"{,}\\')).toBeUndefined()
      expect(await store.marks.of('ö'.repeat(256)).begin(long, 'x')).toMatchObject({
        stage: '"{,}\\',
      })
      expect(await store.marks.of('ö'.repeat(256)).begin(`${long}x`, 'x')).toBeUndefined()
      await store.close()
      expect(await codeOf(mine.begin('1', 'x'))).toBe('ERR_STORE_CLOSED')
    }),
  )
})

describe('marks', () => {
  it(
    'that come at once share a round trip, and cost nothing before the first of them',
    onSchema(async ({ open, url, sql }) => {
      const proxy = await openProxy(url)
      try {
        const store = await open({ url: proxy.url })
        const opened = proxy.connections()
        const mine = store.marks.of('bot')
        await pause(50)
        expect(proxy.connections()).toBe(opened)
        await sql('CREATE TABLE $s.statements (one integer)')
        await sql(`CREATE FUNCTION $s.note() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN
          INSERT INTO $s.statements VALUES (1); RETURN NULL; END $f$`)
        await sql(
          'CREATE TRIGGER note AFTER UPDATE ON $s.marks FOR EACH STATEMENT EXECUTE FUNCTION $s.note()',
        )
        const keys = Array.from({ length: 500 }, (_, n) => String(n))
        await Promise.all(keys.map((key) => mine.begin(key, 'begun')))
        expect(proxy.connections()).toBe(opened + 1)
        // one statement of takers is part of each batch, and of each begin that updates
        const [row] = await sql('SELECT count(*)::int AS n FROM $s.statements')
        expect(Number(row?.['n'])).toBeLessThanOrEqual(3)
      } finally {
        await proxy.close()
      }
    }),
  )

  it(
    'are noted once though the answer is lost, the server is away, or both',
    onSchema(async ({ open, url }) => {
      const proxy = await openProxy(url)
      try {
        const [a, b] = await Promise.all([open({ url: proxy.url }), open()])
        const [mine, others] = [a.marks.of('bot'), b.marks.of('bot')]
        for (const [index, when] of (['before', 'after'] as const).entries()) {
          const key = String(index)
          const gone = proxy.cutAt('attempt', when)
          const noted = mine.begin(key, 'begun')
          await gone
          expect(await noted).toBeUndefined()
          expect(await others.begin(key, 'begun')).toMatchObject({ stage: 'begun' })
          const again = proxy.cutAt('attempt', when)
          const put = mine.put(key, 'done')
          await again
          await put
          const last = await others.begin(key, 'begun')
          expect(last).toMatchObject({ stage: 'done' })
          const third = proxy.cutAt('attempt', when)
          const took = last && a.marks.of('bot').take(key, last)
          await third
          expect(await took).toBe(true)
        }
        proxy.refuse()
        proxy.reset()
        const noted = mine.begin('away', 'begun')
        await pause(300)
        proxy.accept()
        expect(await noted).toBeUndefined()
        expect(await others.begin('away', 'begun')).toBeDefined()
      } finally {
        await proxy.close()
      }
    }),
  )

  it(
    'are durable when they resolve, also where the connection is set to be quick instead',
    onSchema(async ({ open, sql, url }) => {
      await (await open()).close()
      await sql('CREATE TABLE $s.noted (setting text)')
      await sql(`CREATE FUNCTION $s.note() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN
        INSERT INTO $s.noted VALUES (current_setting('synchronous_commit')); RETURN NEW; END $f$`)
      await sql(
        'CREATE TRIGGER note AFTER INSERT OR UPDATE ON $s.marks FOR EACH ROW EXECUTE FUNCTION $s.note()',
      )
      for (const setting of ['off', 'local', 'on']) {
        const set = new URL(url)
        set.searchParams.set('options', `-c synchronous_commit=${setting}`)
        const store = await open({ url: set.href })
        const mine = store.marks.of(setting)
        await mine.begin('1', 'begun')
        await mine.put('1', 'done')
        const before = await mine.begin('1', 'begun')
        expect(before && (await mine.take('1', before))).toBe(true)
      }
      const noted = await sql('SELECT setting FROM $s.noted')
      const each = (setting: string) => Array.from({ length: 4 }, () => setting)
      expect(noted.map(({ setting }) => setting)).toEqual([
        ...each('on'),
        ...each('local'),
        ...each('on'),
      ])
    }),
  )

  it(
    'are kept for 8 days, and the newest of each name',
    onSchema(async ({ open, sql }) => {
      const store = await open({ timing: { sweepEveryMs: 100 } })
      const mark = `INSERT INTO $s.marks (name, key, stage, replica, epoch, attempt, at)
        SELECT $1, 'old/' || n, 'done', gen_random_uuid(), 0, gen_random_uuid(), now() - n * interval '1 minute'
        FROM generate_series(1, $2::int) n`
      await sql(mark, ['bot', 8_000])
      await sql(mark, ['other', 20_000])
      const count = async (name: string): Promise<number> => {
        const [row] = await sql('SELECT count(*)::int AS n FROM $s.marks WHERE name = $1', [name])
        return Number(row?.['n'])
      }
      const noted = { bot: Number.NaN, other: Number.NaN }
      await store.marks.of('bot').begin('new', 'begun')
      const look = async (): Promise<void> => {
        noted.bot = await count('bot')
        noted.other = await count('other')
      }
      for (
        let tries = 0;
        tries < 100 && !(noted.bot <= 5_000 && noted.other < 11_520);
        tries += 1
      ) {
        await look()
        await pause(100)
      }
      expect(noted.bot).toBe(5_000)
      // 8 days of minutes
      expect(noted.other).toBeGreaterThan(11_500)
      expect(noted.other).toBeLessThan(11_520)
      expect(await store.marks.of('bot').begin('new', 'begun')).toBeDefined()
      expect(await store.marks.of('bot').begin('old/5001', 'begun')).toBeUndefined()
    }),
  )

  it(
    'that wait are bounded, and none waits for ever',
    onSchema(async ({ open, url }) => {
      const proxy = await openProxy(url)
      try {
        const store = await open({ url: proxy.url, timing: { retryForMs: 300 } })
        const mine = store.marks.of('bot')
        await mine.begin('first', 'begun')
        proxy.refuse()
        proxy.reset()
        const codes = new Map<unknown, number>()
        let settled = 0
        const all = Array.from({ length: 10_002 }, (_, n) =>
          mine.begin(String(n), 'begun').catch((error: { code: unknown }) => {
            codes.set(error.code, (codes.get(error.code) ?? 0) + 1)
            settled += 1
          }),
        )
        await until(() => settled >= 502, 20_000)
        expect(codes.get('ERR_STORE_OVERLOADED')).toBe(2)
        expect(codes.get('ERR_STORE_UNREACHABLE')).toBeGreaterThanOrEqual(500)
        proxy.accept()
        await Promise.all(all)
        expect(await mine.begin('9999', 'begun')).toBeDefined()
      } finally {
        await proxy.close()
      }
    }),
    60_000,
  )
})
