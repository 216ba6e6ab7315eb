import { expect, it } from 'vitest'
import { errorOf, increment, intent, numbers, onSchema, put } from './support-store.ts'

const changed = { code: 'ERR_STORE_CHANGED_OUTSIDE' }

/**
 * By hand between the read and the write of a transaction; the store's lock does not keep psql out.
 */
const hands: readonly (readonly [string, string])[] = [
  ['changed', "UPDATE $s.records SET value = '7', seq = 99"],
  ['removed', 'DELETE FROM $s.records'],
]

it.each(hands)('lands nothing when a row that was read is %s by hand', async (_name, text) => {
  await onSchema(async ({ open, sql }) => {
    const store = await open()
    await put(store, 'n', 1)
    const broken = store.transact(intent(), async (tx) => {
      const n = (await tx.get(numbers, 'n')) ?? 0
      await sql(text)
      tx.put(numbers, 'n', n + 1)
      tx.put(numbers, 'other', 1)
    })
    await expect(broken).rejects.toMatchObject(changed)
    expect(await sql('SELECT seq FROM $s.events')).toEqual([{ seq: '1' }])
    expect(await sql("SELECT 1 FROM $s.records WHERE key = 'other'")).toEqual([])
    expect((await store.verify()).ok).toBe(false)
  })()
})

it(
  'lands nothing when a row appeared by hand where there was none',
  onSchema(async ({ open, sql }) => {
    const store = await open()
    const broken = store.transact(intent(), async (tx) => {
      await tx.get(numbers, 'n')
      await sql(
        "INSERT INTO $s.records (collection, key, value, seq) VALUES ('test.numbers', 'n', '9', 1)",
      )
      tx.put(numbers, 'n', 1)
    })
    await expect(broken).rejects.toMatchObject(changed)
    expect(await sql('SELECT value FROM $s.records')).toEqual([{ value: '9' }])
  }),
)

it(
  'lets the neighbours of such a transaction land',
  onSchema(async ({ open, sql }) => {
    const store = await open()
    await put(store, 'n', 1)
    const first = increment(store, 'first')
    const broken = store.transact(intent(), async (tx) => {
      await tx.get(numbers, 'n')
      await sql("UPDATE $s.records SET seq = seq + 100 WHERE key = 'n'")
      tx.put(numbers, 'n', 2)
    })
    const others = Array.from({ length: 5 }, () => increment(store, 'others'))
    expect(await first).toBe(1)
    expect(await errorOf(broken)).toMatchObject(changed)
    expect(await Promise.all(others)).toEqual([1, 2, 3, 4, 5])
    expect(store.view(numbers).get('others')).toBe(5)
  }),
)

it(
  'lands nothing when the chain of the scope was changed by hand',
  onSchema(async ({ open, sql }) => {
    const store = await open()
    await put(store, 'n', 1)
    const broken = store.transact(intent(), async (tx) => {
      await sql("UPDATE $s.scopes SET hash = repeat('2', 64)")
      tx.put(numbers, 'n', 2)
    })
    await expect(broken).rejects.toMatchObject(changed)
    await put(store, 'n', 3)
    expect((await store.verify()).findings.map(({ what }) => what)).toEqual(['broken-chain'])
  }),
)

it(
  'reads in a transaction what the database has, not what views show',
  onSchema(async ({ open, sql }) => {
    const store = await open()
    await put(store, 'n', 1)
    await sql("UPDATE $s.records SET value = '5'")
    expect(await increment(store, 'n')).toBe(6)
  }),
)

it(
  'reports a row that is not JSON and leaves it',
  onSchema(async ({ open, sql }) => {
    const store = await open()
    await put(store, 'n', 1)
    await sql("UPDATE $s.records SET value = '{'")
    const damaged = { code: 'ERR_STORE_RECORD_DAMAGED', key: 'n' }
    await expect(increment(store, 'n')).rejects.toMatchObject(damaged)
    await expect(increment(store, 'n')).rejects.toMatchObject(damaged)
    await expect(open()).rejects.toMatchObject(damaged)
    expect(await increment(store, 'm')).toBe(1)
  }),
)
