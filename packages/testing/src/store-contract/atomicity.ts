import type { Transaction } from '@openclaw/pairing-contracts'
import { expect, it } from 'vitest'
import {
  anything,
  counters,
  history,
  intent,
  notes,
  type OpenStore,
  pause,
  putNote,
  reading,
  withStore,
} from './subject.ts'

const failure = new Error('no')

/** All or nothing, and what a transaction sees of itself. */
export function atomicityCases(open: OpenStore): void {
  ownWriteCases(open)
  failureCases(open)
  boundaryCases(open)
}

function ownWriteCases(open: OpenStore): void {
  it(
    'answers what the work returned',
    withStore(open, async ({ store }) => {
      expect(await store.transact(intent(), () => 'sync')).toBe('sync')
      expect(await store.transact(intent(), () => Promise.resolve('async'))).toBe('async')
    }),
  )

  it(
    'reads its own writes',
    withStore(open, async ({ store }) => {
      await putNote(store, 'old')
      await store.transact(intent(), async (tx) => {
        tx.put(notes, 'new', { text: 'new', count: 1 })
        tx.put(notes, 'old', { text: 'changed', count: 2 })
        expect(await tx.get(notes, 'new')).toEqual({ text: 'new', count: 1 })
        expect(await tx.get(notes, 'old')).toEqual({ text: 'changed', count: 2 })
        expect((await tx.list(notes, '')).map(({ value }) => value.text)).toEqual([
          'new',
          'changed',
        ])
        tx.remove(notes, 'old')
        expect(await tx.get(notes, 'old')).toBeUndefined()
        expect((await tx.list(notes, '')).map(({ key }) => key)).toEqual(['new'])
      })
    }),
  )

  it(
    'keeps the last of several writes to one key',
    withStore(open, async ({ store }) => {
      await store.transact(intent(), (tx) => {
        for (const n of [1, 2, 3]) tx.put(counters, 'k', n)
        tx.put(counters, 'gone', 1)
        tx.remove(counters, 'gone')
      })
      expect(store.view(counters).entries('')).toEqual([{ key: 'k', value: 3 }])
      expect((await history(store))[0]?.changes).toEqual([
        { collection: 'counters', key: 'k', value: 3 },
      ])
    }),
  )
}

function failureCases(open: OpenStore): void {
  it(
    'lands in several collections together',
    withStore(open, async ({ store }) => {
      await store.transact(intent(), (tx) => {
        tx.put(notes, 'a', { text: 'a', count: 1 })
        tx.put(counters, 'a', 1)
        tx.put(anything, 'a', [1])
      })
      const [entry] = await history(store)
      expect(entry?.changes.map(({ collection }) => collection).sort()).toEqual(
        [anything.name, counters.name, notes.name].sort(),
      )
    }),
  )

  it.each([
    [
      'throws',
      (): never => {
        throw failure
      },
    ],
    ['rejects', () => Promise.reject(failure)],
    ['rejects later', () => pause(5).then(() => Promise.reject(failure))],
  ])('lands nothing when the work %s', async (_name, fail) => {
    await withStore(open, async ({ store, reopen }) => {
      await putNote(store, 'kept')
      const broken = store.transact(intent(), (tx) => {
        tx.put(notes, 'a', { text: 'a', count: 1 })
        tx.remove(notes, 'kept')
        tx.note({ why: 'never' })
        return fail()
      })
      await expect(broken).rejects.toBe(failure)
      const again = (await reopen?.()) ?? store
      expect((await reading(again, (tx) => tx.list(notes, ''))).map((e) => e.key)).toEqual(['kept'])
      expect(await history(again)).toHaveLength(1)
    })()
  })
}

function boundaryCases(open: OpenStore): void {
  it(
    'goes on after a failed transaction',
    withStore(open, async ({ store }) => {
      const broken = store.transact(intent(), () => Promise.reject(failure))
      const next = putNote(store, 'next')
      await expect(broken).rejects.toBe(failure)
      await next
      expect(store.view(notes).has('next')).toBe(true)
    }),
  )

  it(
    'writes nothing for a transaction that changes nothing',
    withStore(open, async ({ store }) => {
      await putNote(store, 'a', 1)
      await store.transact(intent(), (tx) => tx.note({ only: 'a note' }))
      await putNote(store, 'a', 1)
      await store.transact(intent(), (tx) => {
        tx.put(notes, 'b', { text: 'b', count: 1 })
        tx.remove(notes, 'b')
      })
      expect(await history(store)).toHaveLength(1)
      expect(store.view(notes).seq()).toBe(1)
    }),
  )

  it(
    'refuses a transaction that is used after its end',
    withStore(open, async ({ store }) => {
      const kept: { tx?: Transaction } = {}
      await store.transact(intent(), (tx) => {
        kept.tx = tx
      })
      const over = { code: 'ERR_STORE_TRANSACTION_OVER' }
      const { tx } = kept
      if (!tx) throw new Error('the work did not run')
      expect(() => tx.put(counters, 'k', 1)).toThrow(expect.objectContaining(over))
      expect(() => tx.remove(counters, 'k')).toThrow(expect.objectContaining(over))
      expect(() => tx.note({})).toThrow(expect.objectContaining(over))
      await expect(tx.get(counters, 'k')).rejects.toMatchObject(over)
      await expect(tx.list(counters, '')).rejects.toMatchObject(over)
      expect(store.view(counters).has('k')).toBe(false)
    }),
  )
}
