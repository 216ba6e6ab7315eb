import type { Json } from '@openclaw/pairing-contracts'
import { expect, it } from 'vitest'
import { anything, intent, notes, type OpenStore, putNote, reading, withStore } from './subject.ts'

const values: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1.5,
  Number.MAX_SAFE_INTEGER,
  1e-300,
  '',
  'text with \u0001 control, \u2028 and \ud83d lone half',
  [],
  {},
  [null, [[]], { a: [] }],
  { '': 1, 'a.b': { c: [1, 2, { d: null }] } },
  JSON.parse('{"__proto__":{"polluted":true},"constructor":1}'),
]

class Odd {
  readonly field = 1
}
const cycle: { self?: unknown } = {}
cycle.self = cycle

const refused: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['NaN', { a: Number.NaN }],
  ['infinity', [Number.POSITIVE_INFINITY]],
  ['a function', { f: () => 1 }],
  ['a symbol', [Symbol('s')]],
  ['a big integer', { n: 1n }],
  ['a date', new Date(0)],
  ['a map', new Map([['a', 1]])],
  ['a class instance', new Odd()],
  ['a hole', [1, undefined, 3]],
  ['a cycle', cycle],
]

/** Values: plain JSON in, the same plain JSON out, shared with nobody. */
export function valueCases(open: OpenStore): void {
  copyCases(open)
  isolationCases(open)
  decodeCases(open)
}

function copyCases(open: OpenStore): void {
  it.each(values.map((value) => [value]))('gives %j back as it was', async (value) => {
    await withStore(open, async ({ store, reopen }) => {
      await store.transact(intent(), (tx) => tx.put(anything, 'k', value))
      const again = (await reopen?.()) ?? store
      const found = await reading(again, (tx) => tx.get(anything, 'k'))
      expect(JSON.stringify(found)).toBe(JSON.stringify(value))
      expect(JSON.stringify(again.view(anything).get('k'))).toBe(JSON.stringify(value))
    })()
  })

  it.each(refused)('refuses %s and writes nothing', async (_name, value) => {
    await withStore(open, async ({ store }) => {
      const write = store.transact(intent(), (tx) => {
        tx.put(notes, 'before', { text: 'before', count: 1 })
        tx.put(anything, 'k', value as Json)
      })
      await expect(write).rejects.toMatchObject({ code: 'ERR_STORE_VALUE' })
      expect(await reading(store, (tx) => tx.list(notes, ''))).toEqual([])
    })()
  })

  it(
    'keeps a value of a million characters',
    withStore(open, async ({ store, reopen }) => {
      const text = '0123456789abcdeé'.repeat(65_536)
      await store.transact(intent(), (tx) => tx.put(anything, 'k', { text }))
      const again = (await reopen?.()) ?? store
      expect(await reading(again, (tx) => tx.get(anything, 'k'))).toEqual({ text })
    }),
  )

  it(
    'keeps a thousand records of one transaction',
    withStore(open, async ({ store, reopen }) => {
      await store.transact(intent(), (tx) => {
        for (let n = 0; n < 1000; n += 1) tx.put(anything, `k${String(n)}`, { n })
      })
      const again = (await reopen?.()) ?? store
      expect(await reading(again, (tx) => tx.list(anything, 'k'))).toHaveLength(1000)
      expect(await reading(again, (tx) => tx.get(anything, 'k999'))).toEqual({ n: 999 })
    }),
  )
}

function isolationCases(open: OpenStore): void {
  it(
    'is not changed by what happens to a value after it was put',
    withStore(open, async ({ store }) => {
      const value = { list: [1] }
      await store.transact(intent(), (tx) => {
        tx.put(anything, 'k', value)
        value.list.push(2)
      })
      value.list.push(3)
      expect(await reading(store, (tx) => tx.get(anything, 'k'))).toEqual({ list: [1] })
    }),
  )

  it(
    'is not changed by what happens to a value that was read',
    withStore(open, async ({ store }) => {
      await store.transact(intent(), (tx) => tx.put(anything, 'k', { list: [1] }))
      const bend = (value: unknown): void => {
        try {
          ;(value as { list: number[] }).list.push(2)
        } catch {
          // a frozen value may say so
        }
      }
      bend(await reading(store, (tx) => tx.get(anything, 'k')))
      bend(store.view(anything).get('k'))
      bend((await store.history(0 as never, 1))[0]?.changes[0]?.value)
      expect(await reading(store, (tx) => tx.get(anything, 'k'))).toEqual({ list: [1] })
      expect(store.view(anything).get('k')).toEqual({ list: [1] })
    }),
  )
}

function decodeCases(open: OpenStore): void {
  it(
    'refuses what its own decoder would not read back',
    withStore(open, async ({ store }) => {
      const careless = { ...notes, encode: () => ({ text: 1 }) }
      const write = store.transact(intent(), (tx) => tx.put(careless, 'k', { text: 'x', count: 1 }))
      await expect(write).rejects.toMatchObject({ code: 'ERR_STORE_VALUE' })
    }),
  )

  it(
    'reports a record that cannot be decoded and keeps it',
    withStore(open, async ({ store }) => {
      const damaged = { code: 'ERR_STORE_RECORD_DAMAGED', collection: notes.name, key: 'bad' }
      await putNote(store, 'good')
      await store.transact(intent(), (tx) => tx.put({ ...anything, name: notes.name }, 'bad', 17))
      const view = store.view(notes)
      expect(() => view.get('bad')).toThrow(expect.objectContaining(damaged))
      expect(() => view.has('bad')).toThrow(expect.objectContaining(damaged))
      expect(() => view.entries('')).toThrow(expect.objectContaining(damaged))
      expect(view.get('good')?.text).toBe('good')
      await expect(reading(store, (tx) => tx.get(notes, 'bad'))).rejects.toMatchObject(damaged)
      await expect(reading(store, (tx) => tx.list(notes, ''))).rejects.toMatchObject(damaged)
      expect(await reading(store, (tx) => tx.get({ ...anything, name: notes.name }, 'bad'))).toBe(
        17,
      )
    }),
  )
}
