import { credentialStoreContract } from '@openclaw/pairing-testing'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { PostgresStore } from '../src/index.ts'
import { hasPooler, type Pooler, startPooler } from './support-pooler.ts'
import { increment, numbers, put, testSchema, until } from './support-store.ts'

// Where it is installed: the same promises, with four connections to the server for all stores and no state of a session.
describe.skipIf(!hasPooler())('behind PgBouncer in transaction mode', () => {
  let pooler: Pooler
  beforeAll(async () => {
    pooler = await startPooler(inject('postgresUrl'))
  })
  afterAll(() => pooler.stop())

  it('says that it does not listen, and sees what others commit all the same', async () => {
    const schema = await testSchema()
    try {
      const [one, other] = await Promise.all([
        schema.open({ url: pooler.url }),
        schema.open({ url: pooler.url, timing: { pollMs: 100 } }),
      ])
      await put(one, 'k', 7)
      await until(() => other.view(numbers).get('k') === 7)
      expect(other.health()).toMatchObject({ state: 'ok' })
      await until(() => !other.health().listening, 60_000)
    } finally {
      await schema.cleanup()
    }
  }, 90_000)

  it('listens past it where listenUrl says so', async () => {
    const schema = await testSchema()
    try {
      const past = { url: pooler.url, listenUrl: schema.url, timing: { pollMs: 60_000 } }
      const [one, other] = await Promise.all([schema.open(past), schema.open(past)])
      await until(() => other.health().listening)
      await put(one, 'k', 8)
      await until(() => other.view(numbers).get('k') === 8, 20_000)
    } finally {
      await schema.cleanup()
    }
  }, 30_000)

  it('counts every increment of four stores once', async () => {
    const schema = await testSchema()
    try {
      const stores = await Promise.all([1, 2, 3, 4].map(() => schema.open({ url: pooler.url })))
      await Promise.all(
        stores.flatMap((store) => Array.from({ length: 25 }, () => increment(store, 'n'))),
      )
      const [first] = stores
      await first?.refresh()
      expect(first?.view(numbers).get('n')).toBe(100)
      expect((await first?.verify())?.ok).toBe(true)
    } finally {
      await schema.cleanup()
    }
  }, 30_000)

  it('gives a lease to one at a time', async () => {
    const schema = await testSchema()
    try {
      const leases = { leaseMs: 2_000, renewMs: 300, marginMs: 400, askMs: 100 }
      const open = () => schema.open({ url: pooler.url, leases })
      const [one, other] = await Promise.all([open(), open()])
      const signal = AbortSignal.timeout(20_000)
      const first = await one.leases.take('bot', signal)
      const second = other.leases.take('bot', signal)
      await first?.save(5)
      expect(first?.isHeld()).toBe(true)
      await first?.release()
      expect((await second)?.kept()).toBe(5)
    } finally {
      await schema.cleanup()
    }
  }, 30_000)
})

describe.skipIf(!hasPooler())('the contract behind PgBouncer', () => {
  let pooler: Pooler
  beforeAll(async () => {
    pooler = await startPooler(inject('postgresUrl'))
  })
  afterAll(() => pooler.stop())

  credentialStoreContract(
    'postgres behind PgBouncer',
    async () => {
      const schema = await testSchema()
      const open = () => schema.open({ url: pooler.url })
      const store = await open()
      return {
        store,
        reopen: async () => {
          await store.close()
          return open()
        },
        another: open,
        settled: (one) => (one as PostgresStore).refresh(),
        cleanup: schema.cleanup,
      }
    },
    { modelRuns: 2 },
  )
})
