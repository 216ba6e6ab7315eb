import { expect, it } from 'vitest'
import {
  errorOf,
  increment,
  intent,
  numbers,
  onSchema,
  pause,
  put,
  type TestSchema,
  withClient,
} from './support-store.ts'

/** Somebody else holds the head while `use` runs. */
function whileHeld<R>({ url, schema }: TestSchema, use: () => Promise<R>): Promise<R> {
  return withClient(url, async (client) => {
    await client.query('BEGIN')
    await client.query(`SELECT 1 FROM ${schema}.head FOR UPDATE`)
    try {
      return await use()
    } finally {
      await client.query('ROLLBACK')
    }
  })
}

it(
  'says that others hold it up, after a bounded time, and goes on afterwards',
  onSchema(async (schema) => {
    const store = await schema.open({ timing: { lockWaitMs: 300 } })
    await whileHeld(schema, async () => {
      await expect(put(store, 'a', 1)).rejects.toMatchObject({ code: 'ERR_STORE_BUSY' })
    })
    await put(store, 'b', 1)
    expect(store.health().state).toBe('ok')
    expect(
      store
        .view(numbers)
        .entries('')
        .map(({ key }) => key),
    ).toEqual(['b'])
  }),
)

it(
  'refuses more transactions than one process keeps',
  onSchema(async (schema) => {
    const store = await schema.open()
    const ran = { times: 0 }
    const read = () =>
      store.transact(intent(), () => {
        ran.times += 1
      })
    const waiting = await whileHeld(schema, async () => {
      const first = read()
      await pause(50)
      const rest = Array.from({ length: 10_000 }, read)
      await expect(read()).rejects.toMatchObject({ code: 'ERR_STORE_OVERLOADED' })
      return [first, ...rest]
    })
    await Promise.all(waiting)
    expect(ran.times).toBe(10_001)
  }),
)

it(
  'does not let a work that hangs hold up the others',
  onSchema(async ({ open }) => {
    const store = await open({ timing: { workWithinMs: 200 } })
    const other = await open()
    const hanging = store.transact(intent(), async (tx) => {
      tx.put(numbers, 'never', 1)
      await new Promise(() => undefined)
    })
    const after = increment(store, 'n')
    expect(await errorOf(hanging)).toMatchObject({ code: 'ERR_STORE_WORK_TIMEOUT' })
    expect(await after).toBe(1)
    expect(await increment(other, 'n')).toBe(2)
    expect(other.view(numbers).has('never')).toBe(false)
  }),
)

it(
  'lets another replica have its turn while one is busy',
  onSchema(async ({ open }) => {
    const [busy, other] = [await open(), await open()]
    let over = false
    const crowd = Array.from({ length: 40 }, async () => {
      while (!over) await increment(busy, 'n')
    })
    const waits: number[] = []
    for (let n = 0; n < 8; n += 1) {
      const start = performance.now()
      await increment(other, 'm')
      waits.push(performance.now() - start)
    }
    over = true
    await Promise.all(crowd)
    expect(Math.max(...waits)).toBeLessThan(8_000)
    expect(other.view(numbers).get('m')).toBe(8)
  }),
)

it(
  'keeps nothing of a work that goes on after a read failed',
  onSchema(async ({ open, sql }) => {
    const store = await open({ timing: { retryForMs: 0 } })
    await put(store, 'n', 1)
    const ran = { times: 0 }
    const careless = store.transact(intent(), async (tx) => {
      ran.times += 1
      await sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND query LIKE '%$s%'",
      )
      const n = await tx.get(numbers, 'n').catch(() => undefined)
      tx.put(numbers, 'n', (n ?? 100) + 1)
    })
    await expect(careless).rejects.toMatchObject({ code: 'ERR_STORE_UNREACHABLE' })
    expect(ran.times).toBe(1)
    expect(await increment(store, 'n')).toBe(2)
  }),
)

it(
  'is durable when it is acknowledged, also where the connection is set to be quick instead',
  onSchema(async ({ open, sql, url }) => {
    await (await open()).close()
    await sql('CREATE TABLE $s.noted (setting text)')
    await sql(`CREATE FUNCTION $s.note() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN
      INSERT INTO $s.noted VALUES (current_setting('synchronous_commit')); RETURN NULL; END $f$`)
    await sql('CREATE TRIGGER note AFTER INSERT ON $s.events EXECUTE FUNCTION $s.note()')
    for (const setting of ['off', 'local', 'on']) {
      const set = new URL(url)
      set.searchParams.set('options', `-c synchronous_commit=${setting}`)
      const store = await open({ url: set.href })
      await increment(store, 'n')
    }
    const noted = await sql('SELECT setting FROM $s.noted')
    expect(noted.map(({ setting }) => setting)).toEqual(['on', 'local', 'on'])
  }),
)
