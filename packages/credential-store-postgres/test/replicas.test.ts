import type { EpochMs, Json, Replicas } from '@openclaw/pairing-contracts'
import { describe, expect, inject, it } from 'vitest'
import { type PostgresStore, postgresStore } from '../src/index.ts'
import { nodePostgresPorts } from '../src/node.ts'
import { type FaultProxy, openProxy } from './support-proxy.ts'
import { drawName, errorOf, onSchema, pause, type TestSchema, until } from './support-store.ts'

/** A life that ends soon, for what is cut off. */
const FAST = { lifeMs: 1_500, beatMs: 300, lookMs: 100 }
/** A life that no fault of a test outlasts. */
const LONG = { lifeMs: 60_000, beatMs: 200, lookMs: 100 }
const LONG_MS = 20_000

/** Runs `test` with one replica behind a proxy and one that is not, who know each other. */
function onTwo(
  timing: typeof FAST & { readonly tellMs?: number; readonly sweepMs?: number },
  test: (two: {
    readonly schema: TestSchema
    readonly proxy: FaultProxy
    readonly behind: PostgresStore
    readonly other: PostgresStore
  }) => Promise<void>,
): () => Promise<void> {
  return onSchema(async (schema) => {
    const proxy = await openProxy(inject('postgresUrl'))
    try {
      const [behind, other] = await Promise.all([
        schema.open({ url: proxy.url, replicas: timing }),
        schema.open({ replicas: timing }),
      ])
      await met(behind, other)
      await test({ schema, proxy, behind, other })
      proxy.resume()
      await behind.close()
    } finally {
      proxy.reset()
      await proxy.close()
    }
  })
}

async function met(...stores: readonly PostgresStore[]): Promise<void> {
  const others = (): readonly number[] => stores.map(({ replicas }) => replicas.others().length)
  await until(() => others().every((count) => count === stores.length - 1), LONG_MS)
}

/** Counts what arrives under `kind`, and answers with it. */
function counted(replicas: Replicas, kind: string): Map<string, number> {
  const counts = new Map<string, number>()
  replicas.serve(kind, (body) => {
    const key = String(body)
    counts.set(key, (counts.get(key) ?? 0) + 1)
    return body
  })
  return counts
}

describe('replicas that are not used', () => {
  it(
    'cost no row and no connection, and end without a word',
    onSchema(async ({ open, sql }) => {
      const applicationName = drawName()
      const connections = (): Promise<readonly Record<string, unknown>[]> =>
        sql('SELECT pid FROM pg_stat_activity WHERE application_name = $1', [applicationName])
      const store = await open({ applicationName })
      await until(() => store.health().listening)
      const before = await connections()
      expect(store.replicas.id).toMatch(/^[0-9a-f-]{36}$/)
      await pause(300)
      const begun = async () =>
        (await connections()).filter(({ pid }) => before.every((each) => each['pid'] !== pid))
      expect(await begun()).toEqual([])
      expect(await sql('SELECT id FROM $s.replicas')).toEqual([])
      store.replicas.note('a', 1)
      await until(() => store.replicas.others().length === 0)
      let rows: readonly unknown[] = []
      while (rows.length === 0) rows = await sql('SELECT key FROM $s.notes')
      // one for its life, and one for mail that goes again when there was none
      expect([1, 2]).toContain((await begun()).length)
      await store.close()
      expect(
        await sql('SELECT id::text FROM $s.replicas UNION ALL SELECT key FROM $s.notes'),
      ).toEqual([])
      // the server lets go of a connection a moment after its client did
      while ((await connections()).length > 0) await pause(20)
    }),
  )
})

describe('a replica that is cut off', () => {
  it(
    'knows nobody and is known to nobody after a life, and is back with its notes under its id',
    onTwo(FAST, async ({ proxy, behind, other }) => {
      behind.replicas.note('behind', 1)
      other.replicas.note('other', 1)
      await until(() => behind.replicas.noted('other').length === 1, LONG_MS)
      await until(() => other.replicas.noted('behind').length === 1, LONG_MS)
      let calls = 0
      behind.replicas.onNoted(() => {
        calls += 1
      })
      const asked = errorOf(behind.replicas.ask(other.replicas.id, 'never served', 1, LONG_MS))
      expect(await asked).toMatchObject({ code: 'ERR_REPLICA_FAILED' })
      other.replicas.serve('never', () => new Promise<Json>(() => undefined))
      const waiting = errorOf(behind.replicas.ask(other.replicas.id, 'never', 1, 3 * LONG_MS))
      proxy.pause()
      behind.replicas.note('behind', 2)
      await until(() => other.replicas.others().length === 0, LONG_MS)
      await until(() => behind.replicas.others().length === 0, LONG_MS)
      expect([other.replicas.noted(''), behind.replicas.noted('')]).toEqual([[], []])
      expect(await waiting).toMatchObject({ code: 'ERR_REPLICA_GONE' })
      expect(calls).toBeGreaterThan(0)
      proxy.reset()
      proxy.resume()
      await met(behind, other)
      await until(() => other.replicas.noted('behind')[0]?.value === 2, LONG_MS)
      await until(() => behind.replicas.noted('other').length === 1, LONG_MS)
      expect(other.replicas.noted('')[0]?.replica).toBe(behind.replicas.id)
    }),
    90_000,
  )

  it(
    'carries out nothing afterwards that was over by then, neither asked nor told',
    onTwo({ ...LONG, tellMs: 1_000 }, async ({ proxy, behind, other }) => {
      const asked = counted(behind.replicas, 'asked')
      const answered = counted(other.replicas, 'asked')
      const told = [counted(behind.replicas, 'told'), counted(other.replicas, 'told')]
      expect(await other.replicas.ask(behind.replicas.id, 'asked', 'first', LONG_MS)).toBe('first')
      proxy.pause()
      const late = [
        errorOf(other.replicas.ask(behind.replicas.id, 'asked', 'old', 300)),
        errorOf(behind.replicas.ask(other.replicas.id, 'asked', 'old', 300)),
      ]
      other.replicas.tell('told', 'old')
      behind.replicas.tell('told', 'old')
      for (const error of late) expect(await error).toMatchObject({ code: 'ERR_REPLICA_LATE' })
      await pause(1_500)
      proxy.resume()
      await until(() => behind.replicas.others().length === 1, LONG_MS)
      expect(await other.replicas.ask(behind.replicas.id, 'asked', 'new', LONG_MS)).toBe('new')
      expect(await behind.replicas.ask(other.replicas.id, 'asked', 'new', LONG_MS)).toBe('new')
      expect([...asked.keys()]).toEqual(['first', 'new'])
      expect([...answered.keys()]).toEqual(['new'])
      expect(told.map(({ size }) => size)).toEqual([0, 0])
    }),
    60_000,
  )

  it(
    'knows nobody after this machine slept, until it has looked again',
    onSchema(async ({ url, schema, open }) => {
      const slept = { ms: 600_000 }
      const ports = nodePostgresPorts()
      const clock = { now: () => (ports.clock.now() + slept.ms) as EpochMs }
      const options = { url, schema, replicas: LONG }
      const store = await postgresStore(options, { ...ports, clock })
      const other = await open({ replicas: LONG })
      try {
        await met(store, other)
        const counts = counted(store.replicas, 'asked')
        expect(await other.replicas.ask(store.replicas.id, 'asked', 1, LONG_MS)).toBe(1)
        slept.ms += LONG.lifeMs + 1_000
        expect(store.replicas.others()).toEqual([])
        await met(store, other)
        expect(counts.size).toBe(1)
      } finally {
        await store.close()
      }
    }),
  )
})

describe('what is sent while connections break', () => {
  it.each(['before', 'after'] as const)(
    'is taken once though the connection is cut %s the server had it',
    async (when) => {
      await onTwo(LONG, async ({ proxy, behind, other, schema }) => {
        const counts = counted(other.replicas, 'asked')
        expect(await behind.replicas.ask(other.replicas.id, 'asked', 'first', LONG_MS)).toBe(
          'first',
        )
        const cut = proxy.cutAt(`INSERT INTO "${schema.schema}".mail`, when)
        const asked = behind.replicas.ask(other.replicas.id, 'asked', 'second', LONG_MS)
        behind.replicas.tell('asked', 'third')
        await cut
        expect(await asked).toBe('second')
        await until(() => counts.size === 3, LONG_MS)
        expect([...counts]).toEqual([
          ['first', 1],
          ['second', 1],
          ['third', 1],
        ])
      })()
    },
  )

  it.each(['before', 'after'] as const)(
    'is taken at most once though the connection is cut %s the server gave it out',
    async (when) => {
      await onTwo(LONG, async ({ proxy, behind, other, schema }) => {
        const counts = counted(behind.replicas, 'asked')
        expect(await other.replicas.ask(behind.replicas.id, 'asked', 'first', LONG_MS)).toBe(
          'first',
        )
        // every look asks for mail: only the answer shows which one gave it out
        const cut =
          when === 'after'
            ? proxy.cutAnswer('"second"')
            : proxy.cutAt(`DELETE FROM "${schema.schema}".mail`, when)
        const asked = other.replicas
          .ask(behind.replicas.id, 'asked', 'second', 2_000)
          .catch((error: unknown) => (error as { code: string }).code)
        await cut
        // what the server had given out when the answer was lost is lost; before that it is there again
        expect(await asked).toBe(when === 'before' ? 'second' : 'ERR_REPLICA_LATE')
        expect(await other.replicas.ask(behind.replicas.id, 'asked', 'third', LONG_MS)).toBe(
          'third',
        )
        expect(counts.get('second') ?? 0).toBe(when === 'before' ? 1 : 0)
      })()
    },
  )

  it(
    'is never done twice, and answered to whoever asked, by three replicas through resets',
    onSchema(async (schema) => {
      const proxies = await Promise.all([0, 1, 2].map(() => openProxy(inject('postgresUrl'))))
      try {
        const stores = await Promise.all(
          proxies.map(({ url }) => schema.open({ url, replicas: LONG })),
        )
        await met(...stores)
        const counts = stores.map(({ replicas }) => counted(replicas, 'asked'))
        const over = { is: false }
        const faults = (async () => {
          for (let round = 0; !over.is; round += 1) {
            proxies[round % 3]?.reset()
            await pause(200)
          }
        })()
        const outcomes = await Promise.all(
          stores.flatMap(({ replicas: { id, others, ask } }) =>
            others().flatMap((to) =>
              Array.from({ length: 200 }, async (_, n) => {
                await pause(n * 12)
                const body = `${id}/${String(n)}`
                const answer = ask(to, 'asked', body, 6_000).catch((error: unknown) => error)
                return [body, await answer] as const
              }),
            ),
          ),
        )
        over.is = true
        await faults
        for (const [body, answer] of outcomes) {
          if (answer !== body) expect(answer).toMatchObject({ code: 'ERR_REPLICA_LATE' })
        }
        expect(outcomes.filter(([body, answer]) => answer === body)).not.toHaveLength(0)
        for (const { replicas } of stores) {
          for (const to of replicas.others()) {
            expect(await replicas.ask(to, 'asked', `after ${replicas.id}`, LONG_MS)).toMatch(
              /^after/,
            )
          }
        }
        for (const times of counts.flatMap((count) => [...count.values()])) expect(times).toBe(1)
      } finally {
        await Promise.all(proxies.map((proxy) => proxy.close()))
      }
    }),
    60_000,
  )
})

it(
  'wakes who is told, asked or has something to see, without a look in between',
  onSchema(async ({ open }) => {
    const timing = { lifeMs: 600_000, beatMs: 300_000, lookMs: 300_000 }
    const [one, other] = await Promise.all([open({ replicas: timing }), open({ replicas: timing })])
    await until(() => one.health().listening && other.health().listening, LONG_MS)
    await met(one, other)
    const counts = counted(other.replicas, 'asked')
    for (let n = 0; n < 10; n += 1) {
      expect(await one.replicas.ask(other.replicas.id, 'asked', n, LONG_MS)).toBe(n)
      one.replicas.tell('asked', `told ${String(n)}`)
      await until(() => counts.size === 2 * (n + 1), LONG_MS)
      one.replicas.note('n', n)
      await until(() => other.replicas.noted('n')[0]?.value === n, LONG_MS)
    }
    await one.close()
    await until(() => other.replicas.others().length === 0, LONG_MS)
  }),
  60_000,
)

describe('replicas that hear no notifications', () => {
  it(
    'find each other, ask, tell and note by looking',
    onSchema(async (schema) => {
      const database = drawName()
      await schema.sql(`CREATE DATABASE ${database}`)
      const elsewhere = Object.assign(new URL(schema.url), { pathname: database })
      try {
        const stores = await Promise.all(
          [0, 1].map(() => schema.open({ listenUrl: elsewhere.href })),
        )
        const [one, other] = stores
        if (!one || !other) return
        await met(one, other)
        const counts = counted(other.replicas, 'asked')
        one.replicas.note('n', 1)
        one.replicas.tell('asked', 'told')
        expect(await one.replicas.ask(other.replicas.id, 'asked', 'asked', LONG_MS)).toBe('asked')
        expect([...counts.keys()]).toEqual(['told', 'asked'])
        await until(() => other.replicas.noted('n').length === 1, LONG_MS)
        expect(one.health().listening || other.health().listening).toBe(false)
        await Promise.all(stores.map((store) => store.close()))
      } finally {
        await schema.sql(`DROP DATABASE ${database} WITH (FORCE)`)
      }
    }),
  )
})
