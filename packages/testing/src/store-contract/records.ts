import { expect, it } from 'vitest'
import {
  anything,
  counters,
  intent,
  notes,
  type OpenStore,
  putNote,
  reading,
  withStore,
} from './subject.ts'

const oddKeys = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'a/b/c',
  '../../etc/passwd',
  'with space',
  ' ',
  '*',
  'Ünïcødé',
  '電報/既定/利用者',
  '🐻‍❄️',
  'e\u0301',
  'é',
  'tab\tand\nnewline',
  '"quoted"\\',
  '0',
  '-1',
  '\u202eright to left',
  '\u2028',
  'k'.repeat(4096),
]

/** Keeping, finding, listing and removing records. */
export function recordCases(open: OpenStore): void {
  findCases(open)
  changeCases(open)
  listCases(open)
  nameCases(open)
}

function findCases(open: OpenStore): void {
  it(
    'finds nothing in an empty store',
    withStore(open, async ({ store }) => {
      expect(await reading(store, (tx) => tx.get(notes, 'a'))).toBeUndefined()
      expect(await reading(store, (tx) => tx.list(notes, ''))).toEqual([])
    }),
  )

  it(
    'keeps what was put',
    withStore(open, async ({ store }) => {
      await putNote(store, 'a', 7)
      expect(await reading(store, (tx) => tx.get(notes, 'a'))).toEqual({ text: 'a', count: 7 })
    }),
  )

  it(
    'replaces a record of the same key',
    withStore(open, async ({ store }) => {
      await putNote(store, 'a', 1)
      await putNote(store, 'a', 2)
      expect(await reading(store, (tx) => tx.list(notes, ''))).toEqual([
        { key: 'a', value: { text: 'a', count: 2 } },
      ])
    }),
  )

  it(
    'removes a record',
    withStore(open, async ({ store }) => {
      await putNote(store, 'a')
      await putNote(store, 'b')
      await store.transact(intent(), (tx) => tx.remove(notes, 'a'))
      expect(await reading(store, (tx) => tx.get(notes, 'a'))).toBeUndefined()
      expect((await reading(store, (tx) => tx.list(notes, ''))).map(({ key }) => key)).toEqual([
        'b',
      ])
    }),
  )
}

function changeCases(open: OpenStore): void {
  it(
    'lets a removed key come back',
    withStore(open, async ({ store }) => {
      await putNote(store, 'a', 1)
      await store.transact(intent(), (tx) => tx.remove(notes, 'a'))
      await putNote(store, 'a', 2)
      expect((await reading(store, (tx) => tx.get(notes, 'a')))?.count).toBe(2)
    }),
  )

  it(
    'takes the removal of what is not there as no change',
    withStore(open, async ({ store }) => {
      await store.transact(intent(), (tx) => tx.remove(notes, 'never'))
      expect(await store.history(0 as never, 10)).toEqual([])
    }),
  )

  it(
    'keeps collections apart',
    withStore(open, async ({ store }) => {
      await store.transact(intent(), (tx) => {
        tx.put(notes, 'same', { text: 'note', count: 1 })
        tx.put(counters, 'same', 9)
      })
      expect(await reading(store, (tx) => tx.get(counters, 'same'))).toBe(9)
      await store.transact(intent(), (tx) => tx.remove(counters, 'same'))
      expect((await reading(store, (tx) => tx.get(notes, 'same')))?.text).toBe('note')
    }),
  )
}

function listCases(open: OpenStore): void {
  it(
    'lists by prefix in the order of UTF-16 code units',
    withStore(open, async ({ store }) => {
      const keys = ['b', 'a/2', 'a/10', 'a', 'a/', 'A/1', 'a0', 'ä', 'a/é', '\u{1f600}', '\uffe0']
      for (const key of keys) await putNote(store, key)
      const listed = async (prefix: string) =>
        (await reading(store, (tx) => tx.list(notes, prefix))).map(({ key }) => key)
      expect(await listed('')).toEqual([...keys].sort())
      expect(await listed('a/')).toEqual(['a/', 'a/10', 'a/2', 'a/é'])
      expect(await listed('zz')).toEqual([])
    }),
  )

  it(
    'takes a prefix literally',
    withStore(open, async ({ store }) => {
      for (const key of ['a%b', 'a_b', 'aXb', 'a\\b', 'a.b', 'a*b']) await putNote(store, key)
      for (const prefix of ['a%', 'a_', 'a\\', 'a.', 'a*']) {
        const found = await reading(store, (tx) => tx.list(notes, prefix))
        expect(found.map(({ key }) => key)).toEqual([`${prefix}b`])
      }
    }),
  )
}

function nameCases(open: OpenStore): void {
  it.each(oddKeys)('keeps the key %j as it is', async (key) => {
    await withStore(open, async ({ store, reopen }) => {
      await putNote(store, key, 3)
      const again = (await reopen?.()) ?? store
      expect(await reading(again, (tx) => tx.get(notes, key))).toEqual({ text: key, count: 3 })
      expect((await reading(again, (tx) => tx.list(notes, key))).map((e) => e.key)).toEqual([key])
      expect(await reading(again, (tx) => tx.get(notes, `${key}x`.slice(-9)))).toBeUndefined()
    })()
  })

  it.each(['', 'k'.repeat(4097), 'nul\0', 'half \ud83d'])('refuses the key %j', async (key) => {
    await withStore(open, async ({ store }) => {
      await expect(putNote(store, key)).rejects.toMatchObject({ code: 'ERR_STORE_NAME' })
      expect(await reading(store, (tx) => tx.list(notes, ''))).toEqual([])
    })()
  })

  it.each(['', 'Upper', '1st', 'a-b', 'a/b', '../a', '__proto__', 'a'.repeat(65)])(
    'refuses the collection %j',
    async (name) => {
      await withStore(open, async ({ store }) => {
        const write = store.transact(intent(), (tx) => tx.put({ ...anything, name }, 'k', 1))
        await expect(write).rejects.toMatchObject({ code: 'ERR_STORE_NAME' })
        expect(() => store.view({ ...anything, name })).toThrow(
          expect.objectContaining({ code: 'ERR_STORE_NAME' }),
        )
      })()
    },
  )
}
