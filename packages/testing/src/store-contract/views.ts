import { expect, it } from 'vitest'
import {
  counters,
  increment,
  intent,
  notes,
  type OpenStore,
  putNote,
  withStore,
} from './subject.ts'

/** Live views: synchronous, and never stale. */
export function viewCases(open: OpenStore): void {
  showCases(open)
  readCases(open)
  freshCases(open)
}

function showCases(open: OpenStore): void {
  it(
    'shows what was there before the view was made',
    withStore(open, async ({ store }) => {
      await putNote(store, 'a', 1)
      expect(store.view(notes).get('a')).toEqual({ text: 'a', count: 1 })
    }),
  )

  it(
    'shows each commit as soon as it is acknowledged',
    withStore(open, async ({ store }) => {
      const view = store.view(counters)
      for (let n = 1; n <= 25; n += 1) {
        await increment(store, 'n')
        expect(view.get('n')).toBe(n)
        expect(view.seq()).toBe(n)
      }
    }),
  )

  it(
    'never shows what is only planned',
    withStore(open, async ({ store }) => {
      const view = store.view(notes)
      await store.transact(intent(), async (tx) => {
        tx.put(notes, 'a', { text: 'a', count: 1 })
        await Promise.resolve()
        expect(view.has('a')).toBe(false)
      })
      expect(view.has('a')).toBe(true)
    }),
  )

  it(
    'forgets what was removed',
    withStore(open, async ({ store }) => {
      const view = store.view(notes)
      await putNote(store, 'a')
      expect(view.get('a')?.text).toBe('a')
      await store.transact(intent(), (tx) => tx.remove(notes, 'a'))
      expect(view.get('a')).toBeUndefined()
      expect(view.has('a')).toBe(false)
      expect(view.entries('')).toEqual([])
    }),
  )
}

function readCases(open: OpenStore): void {
  it(
    'peeks at what the latest look of any view showed',
    withStore(open, async ({ store }) => {
      await putNote(store, 'a', 1)
      expect(store.view(notes).peek('a')).toEqual({ text: 'a', count: 1 })
      const [view, other] = [store.view(notes), store.view(counters)]
      await putNote(store, 'a', 2)
      await putNote(store, 'b')
      other.get('n')
      expect(view.peek('a')?.count).toBe(2)
      expect(view.peek('b')?.text).toBe('b')
      expect(view.peek('c')).toBeUndefined()
      await store.transact(intent(), (tx) => tx.remove(notes, 'a'))
      expect(view.get('b')?.text).toBe('b')
      expect(view.peek('a')).toBeUndefined()
    }),
  )

  it(
    'lists by prefix in order',
    withStore(open, async ({ store }) => {
      for (const key of ['b/1', 'a/2', 'a/1', 'a']) await putNote(store, key)
      expect(
        store
          .view(notes)
          .entries('a/')
          .map(({ key }) => key),
      ).toEqual(['a/1', 'a/2'])
      expect(
        store
          .view(notes)
          .entries('')
          .map(({ key }) => key),
      ).toEqual(['a', 'a/1', 'a/2', 'b/1'])
    }),
  )

  it(
    'decodes a record once until it changes',
    withStore(open, async ({ store }) => {
      const calls = { count: 0 }
      const counted = {
        ...notes,
        decode: (value: Parameters<typeof notes.decode>[0]) => {
          calls.count += 1
          return notes.decode(value)
        },
      }
      await putNote(store, 'a')
      const view = store.view(counted)
      for (let n = 0; n < 50; n += 1) view.get('a')
      view.entries('')
      view.has('a')
      expect(calls.count).toBe(1)
      await putNote(store, 'other')
      view.get('a')
      expect(calls.count).toBe(1)
      await putNote(store, 'a', 2)
      expect(view.get('a')?.count).toBe(2)
      expect(calls.count).toBe(2)
    }),
  )
}

function freshCases(open: OpenStore): void {
  it(
    'sees only its own collection',
    withStore(open, async ({ store }) => {
      await putNote(store, 'a')
      expect(store.view(counters).entries('')).toEqual([])
      expect(store.view(counters).seq()).toBe(1)
    }),
  )

  it(
    'shows what another handle committed',
    withStore(open, async ({ store, another, settled }) => {
      const other = await another?.()
      if (!other) return
      const view = store.view(counters)
      for (let n = 1; n <= 20; n += 1) {
        await increment(other, 'n')
        await settled?.(store)
        expect(view.get('n')).toBe(n)
        await increment(store, 'm')
        await settled?.(other)
        expect(other.view(counters).get('m')).toBe(n)
      }
      await other.close()
    }),
  )
}
