import type { Collection, Json } from '@openclaw/pairing-contracts'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { intent, onSchema } from './support-store.ts'

const anything: Collection<Json> = {
  name: 'test.anything',
  decode: (value) => value,
  encode: (value) => value,
}

it(
  'gives back to the letter what was written: order of keys, numbers, U+0000, halves of characters',
  onSchema(async ({ open }) => {
    const store = await open()
    const odd = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\0', '\ud83d', '\\u0000', "'"),
    )
    const json = fc.jsonValue({ depthSize: 'medium' })
    const value = fc.oneof(
      json,
      odd,
      fc.dictionary(odd, fc.oneof(json, fc.double({ noNaN: true, noDefaultInfinity: true }))),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 20 }), async (values) => {
        await store.transact(intent(), (tx) => {
          for (const [index, one] of values.entries())
            tx.put(anything, `k${String(index)}`, one as Json)
        })
        const read = await store.transact(intent(), (tx) =>
          Promise.all(values.map((_, index) => tx.get(anything, `k${String(index)}`))),
        )
        expect(read.map((one) => JSON.stringify(one))).toEqual(
          values.map((one) => JSON.stringify(one)),
        )
      }),
      { numRuns: 40 },
    )
    const again = await open()
    expect(again.view(anything).entries('')).toEqual(store.view(anything).entries(''))
    const entries = (from: typeof store) => from.history(0 as never, 100)
    expect(JSON.stringify(await entries(again))).toBe(JSON.stringify(await entries(store)))
    expect((await again.verify()).findings).toEqual([])
  }),
)

/** Keys that lie close to the borders of planes, of UTF-16 and of what an index takes as it is. */
const character = fc.constantFrom(
  'a',
  'b',
  'é',
  '\u{1f600}',
  '\uffe0',
  '\ud7ff',
  '\ue000',
  '\u{10ffff}',
  '%',
  '_',
)
const short = fc.array(character, { minLength: 1, maxLength: 4 }).map((all) => all.join(''))
const long = fc
  .tuple(fc.constantFrom('a', '\u{1f600}', '\u{10ffff}'), fc.nat(600), short)
  .map(([unit, count, end]) => `${unit.repeat(Math.min(count + 200, 2000 / unit.length))}${end}`)
const key = fc.oneof({ weight: 3, arbitrary: short }, long)

it(
  'lists every prefix as a plain map would, whatever characters, however long the keys',
  onSchema(async ({ open }) => {
    const store = await open()
    const keys = fc.uniqueArray(key, { minLength: 1, maxLength: 25 })
    await fc.assert(
      fc.asyncProperty(keys, fc.nat(1000), async (all, cut) => {
        await store.transact(intent(), async (tx) => {
          for (const { key: old } of await tx.list(anything, '')) tx.remove(anything, old)
        })
        await store.transact(intent(), (tx) => {
          for (const one of all) tx.put(anything, one, one)
        })
        const first = all[0] ?? ''
        for (const prefix of [
          '',
          first,
          first.slice(0, cut % (first.length + 1)),
          '\u{10ffff}',
          '\ud83d',
          'a\0',
        ]) {
          const wanted = all.filter((one) => one.startsWith(prefix)).sort()
          const listed = await store.transact(intent(), (tx) => tx.list(anything, prefix))
          expect(listed.map((entry) => entry.key)).toEqual(wanted)
          expect(
            store
              .view(anything)
              .entries(prefix)
              .map((entry) => entry.key),
          ).toEqual(wanted)
        }
      }),
      { numRuns: 30 },
    )
    const again = await open()
    expect(again.view(anything).entries('')).toEqual(store.view(anything).entries(''))
  }),
)

it(
  'keeps keys apart whose long starts are the same, and a short one that looks like the index of a long one',
  onSchema(async ({ open, sql }) => {
    const store = await open()
    const start = 'k'.repeat(600)
    await store.transact(intent(), (tx) => {
      for (const end of ['a', 'b', 'c']) tx.put(anything, start + end, end)
    })
    const rows = await sql('SELECT key FROM $s.records')
    const looksLike = rows.map((row) => String(row['key']))
    await store.transact(intent(), (tx) => {
      for (const one of looksLike) tx.put(anything, one, 'short')
    })
    const read = (end: string) => store.transact(intent(), (tx) => tx.get(anything, start + end))
    expect(await Promise.all(['a', 'b', 'c', 'd'].map(read))).toEqual(['a', 'b', 'c', undefined])
    expect(store.view(anything).entries('')).toHaveLength(6)
    expect((await store.verify()).findings).toEqual([])
  }),
)

it(
  'finds nothing under a key that was never written because no column can hold it',
  onSchema(async ({ open }) => {
    const store = await open()
    await store.transact(intent(), (tx) => tx.put(anything, 'a\ufffd', 1))
    const read = store.transact(intent(), (tx) =>
      Promise.all([tx.get(anything, 'a\ud83d'), tx.get(anything, 'a\0'), tx.get(anything, '')]),
    )
    expect(await read).toEqual([undefined, undefined, undefined])
  }),
)

it(
  'refuses a scope or an action that a column cannot hold, and lets its neighbours land',
  onSchema(async ({ open }) => {
    const store = await open()
    const writes = ['a\0', '', 'ok', 'x'.repeat(513), '\ud83d'].map((name) =>
      store.transact(intent('test.write', name), (tx) => tx.put(anything, 'k', name)),
    )
    const ends = await Promise.allSettled(writes)
    expect(ends.map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'fulfilled',
      'rejected',
      'rejected',
    ])
    for (const end of ends) {
      if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'ERR_STORE_NAME' })
    }
  }),
)
