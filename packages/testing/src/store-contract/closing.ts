import { expect, it } from 'vitest'
import { counters, increment, notes, type OpenStore, putNote, seq, withStore } from './subject.ts'

const closed = { code: 'ERR_STORE_CLOSED' }

/** Closing: what was begun is finished, what comes later is refused. */
export function closingCases(open: OpenStore): void {
  closeCases(open)
  closedCases(open)
}

function closeCases(open: OpenStore): void {
  it(
    'closes twice, also at the same time',
    withStore(open, async ({ store }) => {
      await putNote(store, 'a')
      await Promise.all([store.close(), store.close()])
      await store.close()
    }),
  )

  it(
    'closes unused',
    withStore(open, async ({ store }) => {
      await store.close()
    }),
  )

  it(
    'finishes what was begun before',
    withStore(open, async ({ store, reopen }) => {
      const begun = Array.from({ length: 10 }, () => increment(store, 'n'))
      const closing = store.close()
      expect(await Promise.all(begun)).toHaveLength(10)
      await closing
      if (reopen) expect((await reopen()).view(counters).get('n')).toBe(10)
    }),
  )

  it(
    'refuses transactions afterwards',
    withStore(open, async ({ store }) => {
      await store.close()
      await expect(putNote(store, 'a')).rejects.toMatchObject(closed)
    }),
  )
}

function closedCases(open: OpenStore): void {
  it(
    'refuses to answer from a view afterwards',
    withStore(open, async ({ store }) => {
      await putNote(store, 'a')
      const view = store.view(notes)
      expect(view.has('a')).toBe(true)
      await store.close()
      expect(() => view.get('a')).toThrow(expect.objectContaining(closed))
      expect(() => view.has('a')).toThrow(expect.objectContaining(closed))
      expect(() => view.entries('')).toThrow(expect.objectContaining(closed))
    }),
  )

  it(
    'refuses history and changes afterwards',
    withStore(open, async ({ store }) => {
      await store.close()
      await expect(store.history(seq(0), 1)).rejects.toMatchObject(closed)
      const follow = async (): Promise<void> => {
        for await (const _ of store.changes(seq(0), new AbortController().signal)) break
      }
      await expect(follow()).rejects.toMatchObject(closed)
    }),
  )

  it(
    'lets another handle go on',
    withStore(open, async ({ store, another }) => {
      const other = await another?.()
      if (!other) return
      await increment(store, 'n')
      await store.close()
      expect(await increment(other, 'n')).toBe(2)
      await other.close()
    }),
  )
}
