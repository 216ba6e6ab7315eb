import { emptyRecords } from '@openclaw/credential-store/kit'
import type { Change, Json } from '@openclaw/pairing-contracts'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPlainText } from '../src/packed/codec.ts'
import { packedRecords } from '../src/packed/packed-records.ts'
import { packedSet } from '../src/packed/packed-set.ts'

const SEED = 7

const key = fc.oneof(
  fc.constantFrom('a', 'ab', 'b/1', 'b/2', 'é', 'z😀', 'z\uFFFD'),
  fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }),
)
const value = fc
  .jsonValue({ noUnicodeString: false, maxDepth: 4 })
  .map((each) => JSON.parse(JSON.stringify(each)) as Json)
const change: fc.Arbitrary<Change> = fc.record({
  collection: fc.constantFrom('one', 'two'),
  key,
  value: fc.option(value, { nil: undefined, freq: 3 }),
})

function sender(n: number): Json {
  const by = { kind: 'root', user: 'ada' }
  return {
    state: 'allowed',
    by,
    since: 1_795_370_000_123 + n,
    meta: {},
    requestId: `req-${String(n)}`,
  }
}

/** Of a few beginnings, by turns. */
const keyOf = (n: number): string => `${['', 'a/', 'a/b/'][n % 3] ?? ''}${String(n)}`

describe('packed records', () => {
  it('hold what plain records hold, whatever was set and removed', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), key, (changes, prefix) => {
        const [plain, packed] = [emptyRecords(), packedRecords(SEED)]
        for (const each of changes) for (const records of [plain, packed]) records.apply([each])
        expect(packed.collections()).toEqual(plain.collections())
        for (const name of ['one', 'two']) {
          const [a, b] = [plain.of(name), packed.of(name)]
          expect(b.size()).toBe(a.size())
          for (const start of ['', prefix, 'z\uD83D', 'z\uFFFD']) {
            expect(b.keys(start)).toEqual(a.keys(start))
            const text = b.cells(start).map((cell) => JSON.stringify(cell.json))
            expect(text).toEqual(a.cells(start).map((cell) => JSON.stringify(cell.json)))
          }
        }
      }),
    )
  })

  it('give back the very text, also of what packing would change', () => {
    const texts = [
      '"\\ud800"',
      '{"__proto__":{"a":1}}',
      '{"b":1,"a":{"\\u0000":"\\u0000"}}',
      '-1.5e-7',
      '""',
    ]
    const set = packedSet(SEED)
    for (const text of texts) {
      set.put('k', JSON.parse(text))
      expect(JSON.stringify(set.get('k'))).toBe(JSON.stringify(JSON.parse(text)))
    }
  })

  it('are filled with what a page of texts says, as by one record after another', () => {
    const texts = fc.oneof(
      value.map((each) => JSON.stringify(each)),
      fc.constantFrom('"\\ud83d"', '{"__proto__":1}', '{"\\u005f_proto__":1}', '["\\\\u0041"]'),
    )
    fc.assert(
      fc.property(fc.uniqueArray(key), fc.infiniteStream(texts), (keys, stream) => {
        const page = `[${keys.map((each) => `[${JSON.stringify(each)},${stream.next().value}]`).join()}]`
        const records = JSON.parse(page) as [string, Json][]
        const [filled, put] = [packedSet(SEED), packedSet(SEED)]
        filled.fill(records, isPlainText(page) ? 'plain' : undefined)
        for (const [each, json] of records) put.put(each, json)
        expect(filled.keys('')).toEqual(put.keys(''))
        const said = filled.cells('').map(({ key: at, json }) => [at, JSON.stringify(json)])
        const wanted = new Map(records.map(([at, json]) => [at, JSON.stringify(json)]))
        expect(said).toEqual([...wanted].sort(([one], [other]) => (one < other ? -1 : 1)))
      }),
    )
  })

  it('are the same whenever those that were filled in are indexed, and whatever is asked meanwhile', () => {
    const step = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ does: fc.constant('fill'), count: fc.nat({ max: 40 }) }),
      },
      fc.record({ does: fc.constant('index'), count: fc.nat({ max: 30 }) }),
      fc.record({ does: fc.constantFrom('get', 'put', 'remove'), count: fc.nat({ max: 200 }) }),
      fc.record({ does: fc.constantFrom('keys', 'walk'), count: fc.constant(0) }),
    )
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }), (steps) => {
        const set = packedSet(SEED)
        const wanted = new Map<string, Json>()
        let next = 0
        const does: Readonly<Record<string, (count: number) => void>> = {
          fill: (count) => {
            const page = Array.from(
              { length: count },
              (_, n) => [keyOf(next + n), next + n] as const,
            )
            next += count
            set.fill(page, 'plain')
            for (const [at, json] of page) wanted.set(at, json)
          },
          index: (count) => void set.index(count),
          get: (n) => expect(set.get(keyOf(n))).toBe(wanted.get(keyOf(n))),
          put: (n) => {
            if (n >= next) return
            set.put(keyOf(n), n + 1_000)
            wanted.set(keyOf(n), n + 1_000)
          },
          remove: (n) => {
            set.remove(keyOf(n))
            wanted.delete(keyOf(n))
          },
          keys: () => expect(set.keys('')).toEqual([...wanted.keys()].sort()),
          walk: () => {
            const { cells, more } = set.walk().next(10_000)
            expect(cells.map(({ key: at }) => at).sort()).toEqual([...wanted.keys()].sort())
            expect(more).toBe(false)
          },
        }
        for (const { does: what, count } of steps) {
          does[what]?.(count)
          expect(set.size()).toBe(wanted.size)
        }
        while (!set.index(7)) expect(set.size()).toBe(wanted.size)
        for (const [at, json] of wanted) expect(set.get(at)).toBe(json)
      }),
    )
  })

  it('keep keys of every length and script, also those that begin like the one before', () => {
    const set = packedSet(SEED)
    const rests = [
      '',
      'a',
      'ab',
      'é',
      'aé',
      '😀',
      'x'.repeat(340),
      'x'.repeat(341),
      'é'.repeat(600),
    ]
    const keys = ['', 'telegram/', 'telegram/default/', 'telegram/défaut/', 'télégram/default/']
      .flatMap((start) => rests.map((rest) => start + rest))
      .filter((each) => each !== '')
    set.fill(keys.map((each) => [each, each] as const))
    expect(set.index(1_000)).toBe(true)
    for (const each of [...keys, ...keys.toReversed()]) expect(set.get(each)).toBe(each)
    expect(set.keys('')).toEqual(keys.toSorted())
    for (const each of keys) set.put(each, 0)
    expect(set.size()).toBe(keys.length)
  })

  it('grow, shrink and lay themselves out anew without losing one', () => {
    const set = packedSet(SEED)
    for (let n = 0; n < 20_000; n += 1) set.put(`telegram/default/${String(n)}`, sender(n))
    for (let n = 0; n < 20_000; n += 2) set.remove(`telegram/default/${String(n)}`)
    for (let n = 1; n < 20_000; n += 4) set.put(`telegram/default/${String(n)}`, sender(-n))
    expect(set.size()).toBe(10_000)
    expect(set.keys('telegram/default/')).toHaveLength(10_000)
    expect(set.get('telegram/default/2')).toBeUndefined()
    expect(set.get('telegram/default/5')).toEqual(sender(-5))
    expect(set.get('telegram/default/7')).toEqual(sender(7))
  })

  it('tell keys apart by their beginnings, however many and however long those are', () => {
    const set = packedSet(SEED)
    const long = `${'x'.repeat(300)}/`
    const keyAt = (n: number): string => `telegram/account-${String(n)}/${String(n % 7)}`
    for (let n = 0; n < 6_000; n += 1) {
      set.put(keyAt(n), n)
      set.put(`${long}${String(n)}`, -n)
    }
    for (let n = 0; n < 6_000; n += 100) {
      expect(set.get(keyAt(n))).toBe(n)
      expect(set.keys(`telegram/account-${String(n)}/`)).toEqual([keyAt(n)])
      expect(set.get(`telegram/account-${String(n)}/9`)).toBeUndefined()
      expect(set.get(`telegram/nobody-${String(n)}/1`)).toBeUndefined()
      set.remove(keyAt(n))
      expect(set.get(keyAt(n))).toBeUndefined()
    }
    expect(set.keys('telegram/account-59')).toHaveLength(110)
    expect(set.keys(long)).toHaveLength(6_000)
    expect(set.size()).toBe(11_940)
  })

  it('are walked through in pieces although they are laid out anew meanwhile', () => {
    const set = packedSet(SEED)
    const keyAt = (n: number): string => `telegram/default/${String(n)}`
    for (let n = 0; n < 20_000; n += 1) set.put(keyAt(n), 0)
    const walk = set.walk()
    const seen = new Map<string, Json>()
    const take = (pieces: number): boolean => {
      for (let piece = 0; piece < pieces; piece += 1) {
        const { cells, more } = walk.next(500)
        for (const { key: at, json } of cells) seen.set(at, json)
        if (!more) return true
      }
      return false
    }
    expect(take(20)).toBe(false)
    expect(seen.size).toBe(10_000)
    for (let n = 0; n < 20_000; n += 3) set.put(keyAt(n), 1)
    for (let n = 1; n < 20_000; n += 3) set.remove(keyAt(n))
    expect(take(200)).toBe(true)
    const there = new Map([...seen].filter(([at]) => set.cell(at) !== undefined))
    expect(there.size).toBe(13_333)
    for (const [at, json] of there) expect(json).toBe(set.get(at))
    expect(walk.next(500)).toEqual({ cells: [], more: false })
    set.put('large', 'x'.repeat(3_000_000))
    set.put('small', 2)
    expect(walk.next(1)).toMatchObject({ cells: [{ key: 'large' }], more: true })
    expect(walk.next(1)).toMatchObject({ cells: [{ key: 'small' }], more: false })
  })

  it('take a record that is larger than a block, and go on behind it', () => {
    const set = packedSet(SEED)
    const large = 'x'.repeat(3_000_000)
    set.put('small', 1)
    set.put('large', large)
    set.put('after', 2)
    expect([set.get('small'), set.get('large'), set.get('after')]).toEqual([1, large, 2])
  })

  it('answer the new record after the old one was asked for', () => {
    const set = packedSet(SEED)
    set.put('k', { n: 1 })
    expect(set.get('k')).toEqual({ n: 1 })
    set.put('k', { n: 2 })
    expect(set.get('k')).toEqual({ n: 2 })
    set.remove('k')
    expect(set.get('k')).toBeUndefined()
  })
})
