import { expect, it } from 'vitest'
import type { PostgresStore, PostgresStoreOptions } from '../src/index.ts'
import { type FaultProxy, openProxy } from './support-proxy.ts'
import {
  errorOf,
  increment,
  intent,
  numbers,
  onSchema,
  put,
  type TestSchema,
} from './support-store.ts'

/** The end of the message that commits; other messages name the isolation level. */
const COMMIT = 'COMMIT\0'

/** A store whose connections lead through a proxy. */
function behindProxy(
  test: (parts: { schema: TestSchema; store: PostgresStore; proxy: FaultProxy }) => Promise<void>,
  options: Partial<PostgresStoreOptions> = {},
): () => Promise<void> {
  return onSchema(async (schema) => {
    const proxy = await openProxy(schema.url)
    try {
      const store = await schema.open({ url: proxy.url, ...options })
      try {
        await test({ schema, store, proxy })
      } finally {
        proxy.resume()
        proxy.accept()
        await store.close()
      }
    } finally {
      await proxy.close()
    }
  })
}

const rows = async ({ sql }: TestSchema) =>
  await sql('SELECT seq, action FROM $s.events ORDER BY seq')

it(
  'tells of a commit that landed though its answer was lost, and does not run it again',
  behindProxy(async ({ schema, store, proxy }) => {
    const ran = { times: 0 }
    const cut = proxy.cutAt(COMMIT, 'after')
    const done = store.transact(intent(), async (tx) => {
      ran.times += 1
      tx.put(numbers, 'n', ((await tx.get(numbers, 'n')) ?? 0) + 1)
      return 'result'
    })
    await cut
    expect(await done).toBe('result')
    expect(ran.times).toBe(1)
    expect(store.view(numbers).get('n')).toBe(1)
    expect(await rows(schema)).toHaveLength(1)
  }),
)

it(
  'runs a transaction again whose commit never reached the server',
  behindProxy(
    async ({ schema, store, proxy }) => {
      const ran = { times: 0 }
      const cut = proxy.cutAt(COMMIT, 'before')
      const done = store.transact(intent(), async (tx) => {
        ran.times += 1
        tx.put(numbers, 'n', ((await tx.get(numbers, 'n')) ?? 0) + 1)
      })
      await cut
      await done
      expect(ran.times).toBe(2)
      expect(store.view(numbers).get('n')).toBe(1)
      expect(await rows(schema)).toHaveLength(1)
    },
    { timing: { idleUnderLockMs: 500 } },
  ),
)

it(
  'loses and doubles nothing of a hundred increments while connections are cut at random',
  behindProxy(
    async ({ schema, store, proxy }) => {
      let over = false
      const cutting = (async () => {
        for (let n = 0; !over; n += 1) {
          if (n % 3 === 0) void proxy.cutAt(COMMIT, n % 2 === 0 ? 'after' : 'before')
          else if (n % 3 === 1) proxy.reset()
          await new Promise((resolve) => setTimeout(resolve, 150))
        }
      })()
      const results: number[] = []
      for (let n = 0; n < 20; n += 1) {
        results.push(...(await Promise.all([1, 2, 3, 4, 5].map(() => increment(store, 'n')))))
      }
      over = true
      await cutting
      expect([...results].sort((a, b) => a - b)).toEqual(
        Array.from({ length: 100 }, (_, n) => n + 1),
      )
      expect(await rows(schema)).toHaveLength(100)
      expect((await store.verify()).findings).toEqual([])
    },
    { timing: { idleUnderLockMs: 200 } },
  ),
)

it(
  'says that it does not know when the server cannot be asked in time, and how to look',
  behindProxy(
    async ({ schema, store, proxy }) => {
      const cut = proxy.cutAt(COMMIT, 'after')
      const failed = errorOf(put(store, 'n', 1))
      await cut
      proxy.refuse()
      proxy.reset()
      const error = (await failed) as { code: string; seq: number; txid: string; hint: string }
      expect(error.code).toBe('ERR_STORE_OUTCOME_UNKNOWN')
      expect(error.hint).toContain(`SELECT seq FROM "${schema.schema}".events`)
      const query = /SELECT .*'/.exec(error.hint)?.[0] ?? ''
      expect(await schema.sql(query)).toEqual([{ seq: '1' }])
    },
    { timing: { outcomeWithinMs: 400, retryForMs: 400 } },
  ),
)

it(
  'refuses a transaction with a code when the server stays away, and goes on when it is back',
  behindProxy(
    async ({ store, proxy }) => {
      await put(store, 'a', 1)
      proxy.refuse()
      proxy.reset()
      await expect(put(store, 'b', 1)).rejects.toMatchObject({ code: 'ERR_STORE_UNREACHABLE' })
      proxy.accept()
      await put(store, 'c', 1)
      expect(
        store
          .view(numbers)
          .entries('')
          .map(({ key }) => key),
      ).toEqual(['a', 'c'])
    },
    { timing: { retryForMs: 400 } },
  ),
)

it(
  'waits out a short absence of the server',
  behindProxy(async ({ store, proxy }) => {
    proxy.refuse()
    proxy.reset()
    const done = put(store, 'a', 1)
    setTimeout(proxy.accept, 300)
    await done
    expect(store.view(numbers).get('a')).toBe(1)
  }),
)
