import { expect, it } from 'vitest'
import {
  counters,
  history,
  increment,
  intent,
  notes,
  type OpenStore,
  putNote,
  seq,
  tester,
  withStore,
} from './subject.ts'

/** The journal: what happened, by whom, in order, without gaps. */
export function historyCases(open: OpenStore): void {
  entryCases(open)
  orderCases(open)
  actorCases(open)
  keepCases(open)
}

function entryCases(open: OpenStore): void {
  it(
    'has no history when nothing happened',
    withStore(open, async ({ store }) => {
      expect(await history(store)).toEqual([])
      expect(store.view(notes).seq()).toBe(0)
    }),
  )

  it(
    'says who did what and when',
    withStore(open, async ({ store }) => {
      const now = await store.transact(intent('dm.approve'), (tx) => {
        tx.put(counters, 'k', 1)
        tx.note({ code: 'hidden', nested: { list: [1, null] } })
        return tx.now
      })
      expect(await history(store)).toEqual([
        {
          seq: 1,
          time: now,
          actor: tester,
          action: 'dm.approve',
          changes: [{ collection: 'counters', key: 'k', value: 1 }],
          detail: { code: 'hidden', nested: { list: [1, null] } },
        },
      ])
    }),
  )

  it(
    'joins several notes of one transaction',
    withStore(open, async ({ store }) => {
      await store.transact(intent(), (tx) => {
        tx.put(counters, 'k', 1)
        tx.note({ a: 1, b: 1 })
        tx.note({ b: 2 })
      })
      expect((await history(store))[0]?.detail).toEqual({ a: 1, b: 2 })
    }),
  )

  it(
    'has no detail where nothing was noted',
    withStore(open, async ({ store }) => {
      await increment(store, 'n')
      expect(Object.keys((await history(store))[0] ?? {})).not.toContain('detail')
    }),
  )
}

function orderCases(open: OpenStore): void {
  it(
    'records a removal as a change without a value',
    withStore(open, async ({ store }) => {
      await putNote(store, 'a')
      await store.transact(intent(), (tx) => tx.remove(notes, 'a'))
      const change = (await history(store))[1]?.changes[0]
      expect(change).toMatchObject({ collection: notes.name, key: 'a' })
      expect(change?.value).toBeUndefined()
    }),
  )

  it(
    'numbers entries 1, 2, 3 … without gaps, failures included',
    withStore(open, async ({ store }) => {
      for (let n = 0; n < 10; n += 1) {
        await increment(store, 'n')
        await store.transact(intent(), () => Promise.reject(new Error('no'))).catch(() => undefined)
      }
      expect((await history(store)).map((entry) => Number(entry.seq))).toEqual([
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
      ])
    }),
  )

  it(
    'pages through the history',
    withStore(open, async ({ store }) => {
      for (let n = 0; n < 7; n += 1) await increment(store, 'n')
      const page = async (after: number, limit: number) =>
        (await store.history(seq(after), limit)).map((entry) => Number(entry.seq))
      expect(await page(0, 3)).toEqual([1, 2, 3])
      expect(await page(3, 3)).toEqual([4, 5, 6])
      expect(await page(6, 3)).toEqual([7])
      expect(await page(7, 3)).toEqual([])
      expect(await page(0, 0)).toEqual([])
    }),
  )
}

function keepCases(open: OpenStore): void {
  it(
    'can be replayed to the state',
    withStore(open, async ({ store }) => {
      for (const key of ['a', 'b', 'c']) await putNote(store, key)
      await putNote(store, 'a', 2)
      await store.transact(intent(), (tx) => tx.remove(notes, 'b'))
      const state = new Map<string, unknown>()
      for (const { key, value } of (await history(store)).flatMap((entry) => entry.changes)) {
        if (value === undefined) state.delete(key)
        else state.set(key, value)
      }
      const shown = store.view(notes).entries('')
      expect(shown.map(({ key, value }) => [key, value])).toEqual([...state].sort())
    }),
  )

  it(
    'is there again after reopening, and goes on',
    withStore(open, async ({ store, reopen }) => {
      if (!reopen) return
      await putNote(store, 'a', 1)
      await putNote(store, 'b', 2)
      const before = await history(store)
      const again = await reopen()
      expect(await history(again)).toEqual(before)
      expect(again.view(notes).get('b')?.count).toBe(2)
      expect(again.view(notes).seq()).toBe(2)
      await putNote(again, 'c', 3)
      expect((await history(again)).map((entry) => Number(entry.seq))).toEqual([1, 2, 3])
    }),
  )
}

function actorCases(open: OpenStore): void {
  it(
    'keeps every kind of actor as it was',
    withStore(open, async ({ store, reopen }) => {
      const actors = [
        { kind: 'root', user: 'ö' },
        { kind: 'library', name: 'bot' },
        { kind: 'owner', channel: 'telegram', account: 'default', senderId: '1' },
        { kind: 'operator', deviceId: 'd', scopes: ['a', 'b'] },
        { kind: 'system', part: 'expiry' },
      ] as const
      for (const actor of actors) {
        await store.transact({ ...intent(), actor }, (tx) => tx.put(counters, actor.kind, 1))
      }
      const again = (await reopen?.()) ?? store
      expect((await history(again)).map(({ actor }) => actor)).toEqual(actors)
    }),
  )
}
