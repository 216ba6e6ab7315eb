import type { Json, LiveView, Piece, Walk } from '@openclaw/pairing-contracts'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { anything, intent, notes, type OpenStore, putNote, withStore } from './subject.ts'

/** Long collections: taken in pieces while others write, and asked only for where their keys go on. */
export function walkCases(open: OpenStore, runs: number): void {
  pieceCases(open)
  troubleCases(open)
  branchCases(open)
  randomCases(open, runs)
}

/** More than any walk here takes. */
const MAX_STEPS = 200

/** Steps until there is nothing more. */
function pieces<T>(walk: Walk<T>, limit: number): readonly Piece<T>[] {
  const found: Piece<T>[] = []
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const piece = walk.next(limit)
    found.push(piece)
    if (!piece.more) return found
  }
  throw new Error('a walk that never ends')
}

const keysIn = (found: readonly Piece<unknown>[]): readonly string[] =>
  found.flatMap(({ entries }) => entries.map(({ key }) => key)).sort()

function pieceCases(open: OpenStore): void {
  it(
    'walks through everything in pieces, none larger than asked for',
    withStore(open, async ({ store, another, settled }) => {
      const keys = Array.from({ length: 23 }, (_, n) => `k/${String(n).padStart(2, '0')}`)
      await store.transact(intent(), (tx) => {
        for (const key of keys) tx.put(notes, key, { text: key, count: 0 })
      })
      for (const limit of [1, 7, 23, 1_000]) {
        const found = pieces(store.view(notes).walk(), limit)
        expect(keysIn(found)).toEqual(keys)
        expect(Math.max(...found.map(({ entries }) => entries.length))).toBeLessThanOrEqual(limit)
      }
      const other = (await another?.()) ?? store
      await settled?.(other)
      expect(keysIn(pieces(other.view(notes).walk(), 5))).toEqual(keys)
    }),
  )

  it(
    'walks on to what was changed or added since, and says when there is nothing',
    withStore(open, async ({ store }) => {
      for (const key of ['b', 'd', 'f']) await putNote(store, key, 1)
      const walk = store.view(notes).walk()
      expect(keysIn(pieces(walk, 10))).toEqual(['b', 'd', 'f'])
      expect(walk.next(10)).toEqual({ entries: [], damaged: [], more: false })
      await putNote(store, 'd', 2)
      await putNote(store, 'a', 2)
      await putNote(store, 'd', 3)
      await store.transact(intent(), (tx) => tx.remove(notes, 'f'))
      const later = pieces(walk, 10).flatMap(({ entries }) => entries)
      expect(new Map(later.map(({ key, value }) => [key, value.count]))).toEqual(
        new Map([
          ['a', 2],
          ['d', 3],
        ]),
      )
      expect(walk.next(10)).toEqual({ entries: [], damaged: [], more: false })
    }),
  )

  it(
    'walks on to what another handle committed',
    withStore(open, async ({ store, another, settled }) => {
      const other = await another?.()
      if (!other) return
      await putNote(store, 'mine')
      const walk = store.view(notes).walk()
      expect(keysIn(pieces(walk, 1))).toEqual(['mine'])
      await putNote(other, 'theirs')
      await settled?.(store)
      expect(keysIn(pieces(walk, 1))).toContain('theirs')
      await other.close()
    }),
  )
}

function troubleCases(open: OpenStore): void {
  it(
    'names a damaged record and walks on behind it',
    withStore(open, async ({ store }) => {
      for (const key of ['a', 'c']) await putNote(store, key)
      await store.transact(intent(), (tx) => tx.put({ ...anything, name: notes.name }, 'b', 17))
      for (const limit of [1, 10]) {
        const found = pieces(store.view(notes).walk(), limit)
        expect(keysIn(found)).toEqual(['a', 'c'])
        expect(found.flatMap(({ damaged }) => damaged)).toEqual([
          expect.objectContaining({ code: 'ERR_STORE_RECORD_DAMAGED', key: 'b' }),
        ])
      }
    }),
  )

  it(
    'refuses to walk on when it is closed',
    withStore(open, async ({ store }) => {
      await putNote(store, 'a')
      const view = store.view(notes)
      const walk = view.walk()
      await store.close()
      const closed = expect.objectContaining({ code: 'ERR_STORE_CLOSED' })
      expect(() => walk.next(1)).toThrow(closed)
      expect(() => view.branches('')).toThrow(closed)
    }),
  )
}

function branchCases(open: OpenStore): void {
  it(
    'says how keys go on behind a beginning',
    withStore(open, async ({ store }) => {
      const keys = ['a', 'a/1', 'a/b/1', 'a/b/2', 'a/b/c/d', 'a/c/1', 'a0/1', 'b/x/1', 'é/x']
      for (const key of keys) await putNote(store, key)
      const view = store.view(notes)
      expect(view.branches('')).toEqual(['a/', 'a0/', 'b/', 'é/'])
      expect(view.branches('a/')).toEqual(['a/b/', 'a/c/'])
      expect(view.branches('a/b/')).toEqual(['a/b/c/'])
      expect(view.branches('a')).toEqual(['a/', 'a0/'])
      expect(view.branches('a/1')).toEqual([])
      expect(view.branches('none/')).toEqual([])
      await store.transact(intent(), (tx) => tx.remove(notes, 'a/c/1'))
      expect(view.branches('a/')).toEqual(['a/b/'])
    }),
  )
}

// few, so that most are written more than once
const key = fc.constantFrom('a', 'b', 'a/', '/a', 'a/b', 'a/b/c', 'é/a', 'a0/b')
const step = fc.oneof(
  fc.record({ do: fc.constant('put' as const), key, value: fc.nat(3) }),
  fc.record({ do: fc.constant('remove' as const), key }),
  fc.record({ do: fc.constant('next' as const), limit: fc.integer({ min: 1, max: 4 }) }),
)

function take(seen: Map<string, Json>, { entries }: Piece<Json>): void {
  for (const entry of entries) seen.set(entry.key, entry.value)
}

/** What a walk told last of each key, without those that are not there any more. */
function expectWhole(view: LiveView<Json>, seen: ReadonlyMap<string, Json>): void {
  const still = [...seen].filter(([at]) => view.has(at)).sort(([a], [b]) => (a < b ? -1 : 1))
  expect(still).toEqual(view.entries('').map(({ key: at, value }) => [at, value]))
}

function branchesIn(view: LiveView<Json>, prefix: string): readonly string[] {
  const all = view.entries(prefix).map((each) => each.key)
  const ends = all.map((at) => at.slice(0, at.indexOf('/', prefix.length) + 1))
  return [...new Set(ends.filter((at) => at.length > prefix.length))].sort()
}

function randomCases(open: OpenStore, runs: number): void {
  it('hands out together what a list says, whatever is written in between', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 10, maxLength: 40 }),
        key,
        async (steps, prefix) => {
          const { store, cleanup } = await open()
          try {
            const view = store.view(anything)
            const walk = view.walk()
            const seen = new Map<string, Json>()
            for (const now of steps) {
              if (now.do === 'next') take(seen, walk.next(now.limit))
              else if (now.do === 'remove')
                await store.transact(intent(), (tx) => tx.remove(anything, now.key))
              else await store.transact(intent(), (tx) => tx.put(anything, now.key, now.value))
            }
            for (const piece of pieces(walk, 2)) take(seen, piece)
            expectWhole(view, seen)
            const afresh = keysIn(pieces(view.walk(), 3))
            expect(afresh).toEqual(view.entries('').map((each) => each.key))
            for (const each of ['', prefix])
              expect(view.branches(each)).toEqual(branchesIn(view, each))
          } finally {
            await cleanup()
          }
        },
      ),
      { numRuns: runs },
    )
  })
}
