import type { AbortSignalLike, CredentialStore, JournalEntry } from '@openclaw/pairing-contracts'
import { expect, it } from 'vitest'
import { increment, type OpenStore, pause, seq, withStore } from './subject.ts'

/** How long another handle's change may take to be seen, in ms. */
const SEEN_WITHIN_MS = 1000

/** Collects `count` entries and then aborts. */
async function collect(
  store: CredentialStore,
  after: number,
  count: number,
): Promise<readonly JournalEntry[]> {
  const controller = new AbortController()
  const found: JournalEntry[] = []
  for await (const entry of store.changes(seq(after), controller.signal as AbortSignalLike)) {
    found.push(entry)
    if (found.length === count) controller.abort()
  }
  return found
}

const numbers = (entries: readonly JournalEntry[]): number[] => entries.map((e) => Number(e.seq))

/** The live feed. */
export function changesCases(open: OpenStore): void {
  followCases(open)
  endCases(open)
  reachCases(open)
}

function followCases(open: OpenStore): void {
  it(
    'begins with what happened before',
    withStore(open, async ({ store }) => {
      for (let n = 0; n < 5; n += 1) await increment(store, 'n')
      expect(numbers(await collect(store, 0, 5))).toEqual([1, 2, 3, 4, 5])
      expect(numbers(await collect(store, 3, 2))).toEqual([4, 5])
    }),
  )

  it(
    'goes on live, in order and once each',
    withStore(open, async ({ store }) => {
      await increment(store, 'n')
      const live = collect(store, 0, 40)
      await pause(10)
      await Promise.all(Array.from({ length: 39 }, () => increment(store, 'n')))
      expect(numbers(await live)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1))
    }),
  )

  it(
    'gives the same entries as the history',
    withStore(open, async ({ store }) => {
      for (let n = 0; n < 3; n += 1) await increment(store, 'n')
      expect(await collect(store, 0, 3)).toEqual(await store.history(seq(0), 3))
    }),
  )

  it(
    'serves several listeners, each from its own place',
    withStore(open, async ({ store }) => {
      await increment(store, 'n')
      const all = collect(store, 0, 3)
      const later = collect(store, 1, 2)
      await increment(store, 'n')
      await increment(store, 'n')
      expect(numbers(await all)).toEqual([1, 2, 3])
      expect(numbers(await later)).toEqual([2, 3])
    }),
  )
}

function endCases(open: OpenStore): void {
  it(
    'ends when it is aborted while it waits',
    withStore(open, async ({ store }) => {
      const controller = new AbortController()
      const iterate = (async () => {
        for await (const _ of store.changes(seq(0), controller.signal))
          throw new Error('unexpected')
      })()
      await pause(10)
      controller.abort()
      await iterate
    }),
  )

  it(
    'gives nothing to a signal that is aborted already',
    withStore(open, async ({ store }) => {
      await increment(store, 'n')
      const found: JournalEntry[] = []
      for await (const entry of store.changes(seq(0), AbortSignal.abort())) found.push(entry)
      expect(found).toEqual([])
    }),
  )

  it(
    'can be left with break',
    withStore(open, async ({ store }) => {
      await increment(store, 'n')
      for await (const entry of store.changes(seq(0), new AbortController().signal)) {
        expect(entry.seq).toBe(1)
        break
      }
      await increment(store, 'n')
    }),
  )

  it(
    'ends when the store is closed',
    withStore(open, async ({ store }) => {
      const iterate = collect(store, 0, 100)
      await increment(store, 'n')
      await pause(10)
      await store.close()
      expect(numbers(await iterate)).toEqual([1])
    }),
  )
}

function reachCases(open: OpenStore): void {
  it(
    'refuses a place that has not been reached',
    withStore(open, async ({ store }) => {
      await increment(store, 'n')
      await expect(collect(store, 9, 1)).rejects.toMatchObject({ code: 'ERR_STORE_HISTORY_GAP' })
    }),
  )

  it(
    'shows what another handle commits, soon',
    withStore(open, async ({ store, another }) => {
      const other = await another?.()
      if (!other) return
      const seen = collect(store, 0, 2)
      await pause(20)
      await increment(other, 'n')
      await increment(other, 'n')
      const late = pause(SEEN_WITHIN_MS).then(() => 'late')
      expect(await Promise.race([seen.then(numbers), late])).toEqual([1, 2])
      await other.close()
    }),
  )
}
