import type { Replacement } from './bundle-replica.ts'
import type { FaultKind } from './lines.ts'

/** A mistake that the check of histories has to find. */
export interface Mistake {
  readonly name: string
  readonly replacements: readonly Replacement[]
  /** What brings it out; everything else is left out, so that few seeds are enough. */
  readonly kinds: readonly FaultKind[]
  /** The rules that may tell it. */
  readonly rules: readonly string[]
  /** The first of them in the quick suite as well. */
  readonly isQuick?: true
}

/** What is read under one lock is believed under the next. */
const READ_BEFORE_THE_LOCK: Replacement = {
  file: 'row-cache.ts',
  find: 'const collections = new Map<string, CachedRows>()',
  by: 'const collections: Map<string, CachedRows> = ((globalThis as any).rowsReadBefore ??= new Map())',
}

const UNCONDITIONAL: readonly Replacement[] = [
  {
    file: 'write.ts',
    find: 'ON CONFLICT (collection, key) DO NOTHING RETURNING 1\n  ), updated',
    by: 'ON CONFLICT (collection, key) DO UPDATE SET value = EXCLUDED.value, seq = EXCLUDED.seq RETURNING 1\n  ), updated',
  },
  {
    file: 'write.ts',
    find: 'AND r.collection = w.collection AND r.key = w.key AND r.seq = w.base RETURNING 1\n  ), removed',
    by: 'AND r.collection = w.collection AND r.key = w.key RETURNING 1\n  ), removed',
  },
  {
    file: 'write.ts',
    find: 'AND r.collection = w.collection AND r.key = w.key AND r.seq = w.base RETURNING 1\n  ), told',
    by: 'AND r.collection = w.collection AND r.key = w.key RETURNING 1\n  ), told',
  },
  {
    file: 'write.ts',
    find: '+ (SELECT count(*) FROM removed) = $24::bigint',
    by: '+ (SELECT count(*) FROM removed) <= $24::bigint',
  },
]

/** Mistakes of those that are made in stores like this one. */
export const MISTAKES: readonly Mistake[] = [
  {
    name: 'what was read before the lock is believed under it',
    replacements: [READ_BEFORE_THE_LOCK],
    kinds: [],
    rules: ['reads', 'cap'],
    isQuick: true,
  },
  {
    name: 'the same, and rows are written whatever they are by then',
    replacements: [READ_BEFORE_THE_LOCK, ...UNCONDITIONAL],
    kinds: [],
    rules: ['set', 'cap', 'reads'],
  },
  {
    name: 'others are notified before the commit, by views that take a notification for knowledge',
    replacements: [
      {
        file: 'commit.ts',
        find: "import type { Link, Session } from './link.ts'",
        by: "import { connect, type Link, type Session } from './link.ts'",
      },
      {
        file: 'commit.ts',
        find: '  const { channel } = context.names\n',
        by: `  const { channel } = context.names
  const early = await connect(context.address)
  await early.query(\`SELECT pg_catalog.pg_notify('\${channel}', '\${String(writes.head.to)}')\`)
  await early.end()
  await context.ports.sleep(20)
`,
      },
      { file: 'commit.ts', find: "notifies ? notify : ''", by: "notifies ? '' : notify" },
      {
        file: 'held.ts',
        find: '    place: () => state.place,\n',
        by: '    place: () => state.place,\n    trust: () => { state.confirmed = { monotonic: context.ports.monotonic(), wall: context.ports.clock.now() } },\n',
      },
      {
        file: 'keeper.ts',
        find: 'if (state.running === undefined) wake()',
        by: 'if (state.running === undefined) (parts.held as any).trust()',
      },
    ],
    kinds: [],
    rules: ['stale'],
  },
  {
    name: 'a commit whose answer was lost is run again without a look',
    replacements: [
      {
        file: 'commit.ts',
        find: 'if (!batch || !committing || !isLost(because)) return',
        by: 'if (batch || !committing || !isLost(because)) return',
      },
    ],
    kinds: ['cut-after'],
    rules: ['once'],
  },
  {
    name: 'a commit whose answer was lost is taken for one that landed',
    replacements: [
      {
        file: 'commit.ts',
        find: 'const landed = await isLanded(parts, batch).catch(',
        by: 'const landed = await Promise.resolve(isLanded !== undefined).catch(',
      },
    ],
    kinds: ['cut-before'],
    rules: ['lost', 'view', 'end', 'own'],
  },
  {
    name: 'success is told before the commit',
    replacements: [
      {
        file: 'commit.ts',
        find: '      state.committing = true\n',
        by: '      state.committing = true\n      batch.settle(batch.entries.length)\n      await context.ports.sleep(5)\n',
      },
    ],
    kinds: ['kill', 'cut-before'],
    rules: ['lost', 'real-time', 'own', 'reads'],
  },
  {
    name: 'views answer however long ago they were confirmed',
    replacements: [
      { file: 'held.ts', find: 'if (age > context.timing.staleMs)', by: 'if (age < 0)' },
    ],
    kinds: ['pause'],
    rules: ['stale'],
  },
  {
    name: 'a process does not see its own commit until it looks again',
    replacements: [
      {
        file: 'held.ts',
        find: '      for (const hashed of entries) takeEntry(state, context, hashed)\n      state.needed',
        by: '      state.needed',
      },
      {
        file: 'held.ts',
        find: 'if (state.place.seq >= state.needed) return undefined',
        by: 'if (state.place.seq >= 0) return undefined',
      },
      {
        file: 'commit.ts',
        find: '    await catchUp(last.entry.seq)\n',
        by: '    if (last === undefined) await catchUp(0)\n',
      },
    ],
    kinds: [],
    rules: ['own'],
  },
  {
    name: 'what expires does so by the time of day of each machine',
    replacements: [
      {
        file: 'open.ts',
        find: 'const clock = databaseClock(context.ports.monotonic)',
        by: 'const clock = { ...databaseClock(context.ports.monotonic), now: context.ports.clock.now }',
      },
    ],
    kinds: [],
    rules: ['clock'],
  },
  {
    name: 'a holder stops later than another may begin',
    replacements: [
      { file: 'leases.ts', find: 'timing.leaseMs - timing.marginMs', by: 'timing.leaseMs + 2_000' },
    ],
    kinds: ['pause', 'stop'],
    rules: ['lease', 'fencing'],
  },
  {
    name: 'a lease is given to whoever asks',
    replacements: [
      {
        file: 'leases.ts',
        find: 'WHERE l.until <= pg_catalog.clock_timestamp()',
        by: 'WHERE l.until IS NOT NULL',
      },
    ],
    kinds: [],
    rules: ['lease', 'fencing'],
  },
]
