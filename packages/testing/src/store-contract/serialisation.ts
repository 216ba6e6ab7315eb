import type { CredentialStore } from '@openclaw/pairing-contracts'
import { expect, it } from 'vitest'
import {
  counters,
  history,
  increment,
  intent,
  notes,
  type OpenStore,
  pause,
  putNote,
  withStore,
} from './subject.ts'

const CAP = 3

/** Takes a place if one is free: the pattern of "at most three requests wait". */
function takePlace(store: CredentialStore, key: string): Promise<boolean> {
  return store.transact(intent('test.take'), async (tx) => {
    const taken = await tx.list(notes, 'place/')
    if (taken.length >= CAP) return false
    tx.put(notes, `place/${key}`, { text: key, count: 1 })
    return true
  })
}

/** Transactions of one scope never overlap. */
export function serialisationCases(open: OpenStore): void {
  overlapCases(open)
  orderCases(open)
  handleCases(open)
}

function overlapCases(open: OpenStore): void {
  it(
    'loses none of a hundred concurrent increments',
    withStore(open, async ({ store }) => {
      const results = await Promise.all(Array.from({ length: 100 }, () => increment(store, 'n')))
      expect(store.view(counters).get('n')).toBe(100)
      expect([...results].sort((a, b) => a - b)).toEqual(
        Array.from({ length: 100 }, (_, i) => i + 1),
      )
    }),
  )

  it(
    'runs one work at a time, also when it waits',
    withStore(open, async ({ store }) => {
      const running = { now: 0, most: 0 }
      const work = async (): Promise<void> => {
        running.now += 1
        running.most = Math.max(running.most, running.now)
        await pause(2)
        running.now -= 1
      }
      await Promise.all(Array.from({ length: 10 }, () => store.transact(intent(), work)))
      expect(running.most).toBe(1)
    }),
  )

  it(
    'never goes over a cap that is checked inside',
    withStore(open, async ({ store }) => {
      const taken = await Promise.all(
        Array.from({ length: 30 }, (_, n) => takePlace(store, String(n))),
      )
      expect(taken.filter(Boolean)).toHaveLength(CAP)
      expect(store.view(notes).entries('place/')).toHaveLength(CAP)
    }),
  )
}

function orderCases(open: OpenStore): void {
  it(
    'keeps the order in which transactions were started',
    withStore(open, async ({ store }) => {
      await Promise.all(Array.from({ length: 20 }, (_, n) => putNote(store, 'k', n)))
      expect(store.view(notes).get('k')?.count).toBe(19)
      const written = (await history(store)).map((entry) => entry.changes[0]?.value)
      expect(written).toEqual(Array.from({ length: 20 }, (_, n) => ({ text: 'k', count: n })))
    }),
  )

  it(
    'shows a later transaction what an earlier one wrote',
    withStore(open, async ({ store }) => {
      const first = putNote(store, 'a', 5)
      const second = store.transact(intent(), (tx) => tx.get(notes, 'a'))
      await first
      expect((await second)?.count).toBe(5)
    }),
  )

  it(
    'does not let a failing neighbour take others down',
    withStore(open, async ({ store }) => {
      const all = await Promise.allSettled(
        Array.from({ length: 40 }, (_, n) =>
          n % 2 === 0 ? increment(store, 'n') : store.transact(intent(), () => Promise.reject(n)),
        ),
      )
      expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(20)
      expect(store.view(counters).get('n')).toBe(20)
    }),
  )
}

function handleCases(open: OpenStore): void {
  it(
    'loses nothing between two handles',
    withStore(open, async ({ store, another, settled }) => {
      const other = await another?.()
      if (!other) return
      await Promise.all(
        Array.from({ length: 60 }, (_, n) => increment(n % 2 === 0 ? store : other, 'n')),
      )
      await settled?.(store)
      await settled?.(other)
      expect(store.view(counters).get('n')).toBe(60)
      expect(other.view(counters).get('n')).toBe(60)
      const seqs = (await history(store)).map((entry) => Number(entry.seq))
      expect(seqs).toEqual(Array.from({ length: 60 }, (_, n) => n + 1))
      await other.close()
    }),
  )

  it(
    'never goes over a cap between two handles',
    withStore(open, async ({ store, another }) => {
      const other = await another?.()
      if (!other) return
      const taken = await Promise.all(
        Array.from({ length: 20 }, (_, n) => takePlace(n % 2 === 0 ? store : other, String(n))),
      )
      expect(taken.filter(Boolean)).toHaveLength(CAP)
      await other.close()
    }),
  )
}
