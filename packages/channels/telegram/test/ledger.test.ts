import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EMPTY_LEDGER, type LedgerState, type LedgerUpdate, ledger } from '../src/ledger.ts'
import { decodePosition, encodePosition } from '../src/position.ts'

const BOT = { bot: '1', root: 'https://api.telegram.org' }
const LIMIT = 5

/** What may happen, in any order; `which` picks among what is there. */
interface Step {
  readonly what: 'write' | 'poll' | 'settle' | 'save' | 'crash' | 'repeat' | 'silence'
  readonly which: number
}

const steps = fc.array(
  fc.record<Step>({
    what: fc.constantFrom(
      ...(['write', 'write', 'write', 'poll', 'poll', 'settle', 'settle'] as const),
      ...(['save', 'crash', 'repeat', 'silence'] as const),
    ),
    which: fc.nat(1_000),
  }),
  { maxLength: 120 },
)

/** The platform's queue and the books, side by side. */
function world() {
  let queue: LedgerUpdate[] = []
  let books = ledger(EMPTY_LEDGER)
  let saved: LedgerState = EMPTY_LEDGER
  let nextId = 1_000_000
  let count = 0
  const written: LedgerUpdate[] = []
  const open: LedgerUpdate[] = []
  /** Ever settled; settled as far as the books know; and as far as the saved books know. */
  const settled = new Set<string>()
  let known = new Set<string>()
  let knownAtSave = new Set<string>()
  const admitted = new Set<string>()

  const isSafe = ({ key }: LedgerUpdate): boolean => settled.has(String(key))
  const take = (batch: readonly LedgerUpdate[]): void => {
    for (const update of books.admit(batch)) {
      expect(admitted.has(String(update.key))).toBe(false)
      expect(known.has(String(update.key))).toBe(false)
      admitted.add(String(update.key))
      open.push(update)
    }
  }
  /** Updates come in the order of their ids, one that is repeated among them. */
  const poll = (again: readonly LedgerUpdate[] = []): void => {
    const { offset } = books.state()
    const valid = offset <= nextId + 10
    const confirmed = valid ? queue.filter(({ id }) => id < offset) : []
    for (const update of confirmed) expect(isSafe(update)).toBe(true)
    queue = queue.filter((update) => !confirmed.includes(update))
    const batch = [...new Set([...queue, ...again])].sort((a, b) => a.id - b.id)
    take(batch.slice(0, LIMIT))
  }
  const settle = (which: number): void => {
    const [update] = open.splice(which % Math.max(1, open.length), 1)
    if (update === undefined) return
    books.settle(update)
    settled.add(String(update.key))
    known.add(String(update.key))
  }
  const save = (): void => {
    saved = decodePosition(BOT, encodePosition(BOT, books.state())) ?? EMPTY_LEDGER
    knownAtSave = new Set(known)
  }
  const crash = (): void => {
    books = ledger(saved)
    known = new Set(knownAtSave)
    open.length = 0
    admitted.clear()
  }
  const drain = (): void => {
    while (open.length > 0) settle(0)
    for (let round = 0; queue.length > 0; round += 1) {
      expect(round).toBeLessThan(4 * written.length + 10)
      poll()
      while (open.length > 0) settle(0)
    }
  }
  return {
    run: ({ what, which }: Step): void => {
      if (what === 'write') {
        count += 1
        nextId += 1
        const update = { id: nextId, key: `1:${count}`, at: count * 1_000 }
        written.push(update)
        queue.push(update)
      }
      if (what === 'poll') poll()
      if (what === 'settle') settle(which)
      if (what === 'save') save()
      if (what === 'crash') crash()
      const again = written[which % Math.max(1, written.length)]
      if (what === 'repeat' && again && known.has(String(again.key))) poll([again])
      // Ids start over only after a long silence: nothing waits and nothing is under way. They land far from the old
      // ones, but may meet those of a time before; nearer than that, no bot could tell them apart.
      if (what === 'silence') {
        drain()
        save()
        nextId += (which % 2 === 0 ? 2_000 : -2_000) + (which % 30)
      }
    },
    finish: (): void => {
      drain()
      for (const update of written) expect(isSafe(update)).toBe(true)
    },
  }
}

describe('the ledger', () => {
  it('confirms nothing unhandled, admits nothing twice, and always gets through', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { run, finish } = world()
        for (const step of all) run(step)
        finish()
      }),
      { numRuns: 1_000 },
    )
  })

  it('knows what is older than the keys it remembers, and what is new under an old id', () => {
    const before = ledger(EMPTY_LEDGER)
    const updates = Array.from({ length: 300 }, (_, n) => ({ id: n + 1, key: `1:${n}`, at: n }))
    before.admit(updates)
    for (const update of updates) before.settle(update)
    const saved = decodePosition(BOT, encodePosition(BOT, before.state())) ?? EMPTY_LEDGER
    expect(saved.keys).not.toContain('1:0')
    const books = ledger(saved)
    expect(books.admit(updates.slice(0, 1))).toEqual([])
    const fresh = { id: 1, key: '1:900', at: 900 }
    expect(books.admit([fresh])).toEqual([fresh])
  })

  it('remembers a bounded number of keys', () => {
    const books = ledger(EMPTY_LEDGER)
    for (let n = 1; n <= 10_000; n += 1) {
      const update = { id: n, key: `1:${n}`, at: n }
      books.admit([update])
      books.settle(update)
    }
    expect(books.state()).toMatchObject({ offset: 10_001, settled: [] })
    expect(books.state().keys).toHaveLength(200)
    expect(books.state().keys.at(-1)).toBe('1:10000')
  })

  it('asks on from the oldest update that is open, and past one that was let pass', () => {
    const books = ledger(EMPTY_LEDGER)
    const [first, second] = [1, 2].map((id) => ({ id, key: `1:${id}`, at: id }))
    books.admit([first, second].flatMap((update) => update ?? []))
    if (second) books.settle(second)
    expect(books.state()).toMatchObject({ offset: 1, settled: [2] })
    if (first) books.pass(first)
    expect(books.state()).toMatchObject({ offset: 3, passed: ['1:1'] })
    if (first) books.settle(first)
    expect(books.state()).toMatchObject({ offset: 3, passed: [] })
  })
})
