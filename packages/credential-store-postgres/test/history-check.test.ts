import type { Json } from '@openclaw/pairing-contracts'
import { describe, expect, it } from 'vitest'
import { check } from './history/check.ts'
import type { Fault, Landed, Line, Read, Run, Write } from './history/lines.ts'

const OFFSET = 1_000_000
const SENDER: Write = { collection: 'history.grants', key: 'g', value: 'in' }

/** One transaction of replica a that ran once, from `at` to `at` + 5, and landed at `seq` where there is one. */
interface Told {
  readonly op: string
  readonly at: number
  readonly seq?: number
  readonly reads?: readonly Read[]
  readonly writes?: readonly Write[]
  readonly end?: 'ok' | 'died' | string
}

function linesOf({ op, at, reads = [], writes = [SENDER], end = 'ok' }: Told): readonly Line[] {
  const run: readonly Line[] = [
    { k: 'invoke', op, action: 'history.test', at },
    { k: 'ran', op, run: 1, now: at + OFFSET + 2, reads, writes },
  ]
  if (end === 'died') return run
  if (end === 'ok') return [...run, { k: 'ok', op, at: at + 5 }]
  return [...run, { k: 'failed', op, at: at + 5, code: end }]
}

function landedOf(told: readonly Told[]): readonly Landed[] {
  return told
    .flatMap(({ op, seq, at, writes = [SENDER] }): Landed[] =>
      seq === undefined ? [] : [{ seq, time: at + OFFSET + 2, op, run: 1, changes: writes }],
    )
    .sort((one, other) => one.seq - other.seq)
}

function rowsOf(journal: readonly Landed[]): Run['rows'] {
  const rows: Record<string, Record<string, Json>> = {}
  for (const { changes } of journal) {
    for (const { collection, key, value } of changes) {
      rows[collection] ??= {}
      if (value === null) delete rows[collection][key]
      else rows[collection][key] = value
    }
  }
  return Object.fromEntries(Object.entries(rows).filter(([, each]) => Object.keys(each).length > 0))
}

/** A run of which `told` is known, and what else `lines` says of replica a. */
function runOf(
  told: readonly Told[],
  lines: readonly Line[] = [],
  faults: readonly Fault[] = [],
): Run {
  const journal = landedOf(told)
  const all = [...told.flatMap(linesOf), ...lines]
  const open: Line = { k: 'open', at: -10_000, deaf: false }
  const end: Line = { k: 'end', at: 1_000_000, state: 'ok', seq: journal.length }
  return {
    histories: [
      {
        name: 'a1',
        replica: 'a',
        lines: [open, ...all.sort((one, other) => stampOf(one) - stampOf(other)), end],
      },
    ],
    ...{ faults, pings: [], journal, rows: rowsOf(journal), findings: [], offset: OFFSET },
  }
}

function stampOf(line: Line): number {
  if (line.k === 'ran') return line.now - OFFSET
  if ('from' in line) return line.from
  return 'at' in line ? line.at : 0
}

/** The rules that a run breaks. */
function broken(run: Run): readonly string[] {
  return [...new Set(check(run).map(({ rule }) => rule))]
}

function view(at: number, seq: number, grants: Readonly<Record<string, Json>> = { g: 'in' }): Line {
  return { k: 'view', from: at, to: at + 1, seq, seen: { 'history.grants': grants } }
}

function register(value: Json | null): Read {
  return { collection: 'history.registers', key: 'r', value }
}

function write(value: Json): readonly Write[] {
  return [{ collection: 'history.registers', key: 'r', value }]
}

const first: Told = { op: 'a1:1', at: 0, seq: 1, writes: write('one') }

describe('the check of histories', () => {
  it('finds nothing where nothing is wrong', () => {
    const told: readonly Told[] = [
      first,
      { op: 'a1:2', at: 10, seq: 2, reads: [register('one')], writes: write('two') },
      { op: 'a1:3', at: 11, reads: [register('two')], writes: [] },
      { op: 'a1:4', at: 20, end: 'ERR_STORE_BUSY' },
      { op: 'a1:5', at: 30, end: 'died' },
      { op: 'a1:6', at: 31, seq: 3, end: 'died' },
      { op: 'a1:7', at: 40, seq: 4, end: 'ERR_STORE_OUTCOME_UNKNOWN' },
    ]
    expect(broken(runOf(told))).toEqual([])
  })

  it.each<readonly [name: string, told: readonly Told[], rules: readonly string[]]>([
    ['an acknowledged change that is lost', [{ op: 'a1:1', at: 0 }], ['lost']],
    ['one that failed and landed', [{ ...first, end: 'ERR_STORE_BUSY' }], ['once']],
    ['one that landed twice', [first, { ...first, seq: 2 }], ['once']],
    [
      'one that stands before another that was acknowledged before it began',
      [
        { ...first, at: 50 },
        { op: 'a1:2', at: 0, seq: 2, writes: write('two') },
      ],
      ['time', 'real-time'],
    ],
    [
      'a transaction that did not see the one before it',
      [first, { op: 'a1:2', at: 10, seq: 2, reads: [register(null)], writes: write('two') }],
      ['reads'],
    ],
    [
      'a reader who saw what was over when it began',
      [
        first,
        { op: 'a1:2', at: 10, seq: 2, writes: write('two') },
        { op: 'a1:3', at: 20, reads: [register('one')], writes: [] },
      ],
      ['reads'],
    ],
    [
      'a reader who saw what began when it had ended',
      [
        { op: 'a1:1', at: 0, reads: [register('one')], writes: [] },
        { ...first, op: 'a1:2', at: 10 },
      ],
      ['reads'],
    ],
    [
      'two readers of whom the later saw the earlier state',
      [
        first,
        { op: 'a1:2', at: 10, seq: 2, writes: write('two'), end: 'died' },
        { op: 'a1:3', at: 20, reads: [register('two')], writes: [] },
        { op: 'a1:4', at: 30, reads: [register('one')], writes: [] },
      ],
      ['reads'],
    ],
    [
      'one place too many',
      [0, 1, 2, 3].map((n) => ({
        ...{ op: `a1:${String(n)}`, at: n * 10, seq: n + 1 },
        writes: [{ collection: 'history.places', key: String(n), value: 'taken' }],
      })),
      ['cap'],
    ],
    [
      'an element that is added twice',
      [0, 1].map((n) => ({
        ...{ op: `a1:${String(n)}`, at: n * 10, seq: n + 1 },
        writes: [{ collection: 'history.sets', key: 's/1', value: n }],
      })),
      ['set'],
    ],
    [
      'an older epoch after a newer one',
      [2, 1].map((epoch, n) => ({
        ...{ op: `a1:${String(n)}`, at: n * 10, seq: n + 1 },
        writes: [{ collection: 'history.leased', key: 'epoch', value: { epoch } }],
      })),
      ['fencing'],
    ],
  ])('finds %s', (_, told, rules) => {
    expect(broken(runOf(told))).toEqual(rules)
  })

  it('finds views of states that there were not, and such as go back or forget', () => {
    const told = [{ op: 'a1:1', at: 0, seq: 1 }]
    expect(broken(runOf(told, [view(100, 1)]))).toEqual([])
    expect(broken(runOf(told, [view(100, 1, { g: 'out' })]))).toEqual(['view'])
    expect(broken(runOf(told, [view(3, 1), view(4, 0, {})]))).toEqual(['view'])
    expect(broken(runOf(told, [view(6, 0, {})]))).toEqual(['own'])
  })

  it('finds rows that the journal does not come to', () => {
    const run = runOf([first])
    expect(broken({ ...run, rows: {} })).toEqual(['rows'])
    expect(broken({ ...run, findings: ['broken-chain'] })).toEqual(['verify'])
  })

  it('finds two holders at a moment', () => {
    const lease = (epoch: number, what: 'taken' | 'held', at: number): Line => ({
      ...{ k: 'lease', epoch, what, at },
    })
    const right = [lease(1, 'taken', 0), lease(1, 'held', 10), lease(2, 'taken', 11)]
    expect(broken(runOf([first], right))).toEqual([])
    expect(broken(runOf([first], [...right, lease(1, 'held', 12)]))).toEqual(['lease'])
    expect(broken(runOf([first], [...right, lease(2, 'taken', 12)]))).toEqual(['lease'])
  })

  it('finds a clock that says more or less than it may', () => {
    const clock = (now: number): Line => ({ k: 'clock', from: 10, to: 11, now, error: 4 })
    expect(broken(runOf([first], [clock(OFFSET + 12)]))).toEqual([])
    expect(broken(runOf([first], [clock(OFFSET + 40)]))).toEqual(['clock'])
    expect(broken(runOf([first], [clock(OFFSET)]))).toEqual(['clock'])
  })

  it('finds a replica that does not come to itself', () => {
    const run = runOf([first])
    const [history] = run.histories
    const lines = (history?.lines ?? []).filter(({ k }) => k !== 'end')
    const ended = (line: Line): Run => ({
      ...run,
      histories: [{ name: 'a1', replica: 'a', lines: [...lines, line] }],
    })
    expect(broken(ended({ k: 'end', at: 100, state: 'ok', seq: 1 }))).toEqual([])
    expect(broken(ended({ k: 'end', at: 100, state: 'stale', seq: 1 }))).toEqual(['end'])
    expect(broken({ ...run, histories: [{ name: 'a1', replica: 'a', lines }] })).toEqual(['end'])
  })
})

describe('a view that shows what was revoked', () => {
  /** Granted, revoked by another replica at 100 to 105, and shown as granted at `at`. */
  function shownAt(at: number, more: Partial<Run> = {}): readonly string[] {
    const told: readonly Told[] = [
      { op: 'b1:1', at: 0, seq: 1 },
      { op: 'b1:2', at: 100, seq: 2, writes: [{ ...SENDER, value: null }] },
    ]
    const run = runOf(told)
    const turns = Array.from({ length: 400 }, (_, n) =>
      view(n * 20, n < 6 ? 0 : 1, n < 6 ? {} : { g: 'in' }),
    )
    const watched = turns.filter((line) => line.k === 'view' && line.from <= at && line.from > 100)
    const [ends] = run.histories
    const writer = { name: 'b1', replica: 'b', lines: ends?.lines ?? [] }
    const open: Line = { k: 'open', at: -10_000, deaf: false }
    const end: Line = { k: 'end', at: 1_000_000, state: 'ok', seq: 2 }
    const reader = { name: 'a1', replica: 'a', lines: [open, ...watched, view(at, 1), end] }
    return broken({ ...run, histories: [writer, reader], ...more })
  }
  const fault = (from: number, target = 'a'): Fault => ({
    kind: 'pause',
    target,
    from,
    to: from + 500,
  })

  it('is wrong after one second, where it heard of everything', () => {
    expect(shownAt(1_000)).toEqual([])
    expect(shownAt(1_200)).toEqual(['stale'])
  })

  it('is wrong after two, where something was broken earlier, and its notifications may be', () => {
    const faults = [fault(-9_000)]
    expect(shownAt(2_000, { faults })).toEqual([])
    expect(shownAt(2_200, { faults })).toEqual(['stale'])
    expect(shownAt(1_200, { faults: [fault(-9_000, 'b')] })).toEqual(['stale'])
  })

  it('is wrong after five, whatever is broken', () => {
    const faults = [fault(1_000)]
    expect(shownAt(5_000, { faults })).toEqual([])
    expect(shownAt(5_200, { faults })).toEqual(['stale'])
  })

  it('is excused for as long as nobody gave the server a processor, and not for longer', () => {
    const pings = [{ from: 300, to: 1_300 }]
    expect(shownAt(1_900, { pings })).toEqual([])
    expect(shownAt(2_200, { pings })).toEqual(['stale'])
    expect(shownAt(5_200, { faults: [fault(1_000)], pings })).toEqual(['stale'])
  })
})
