import { type Bell, checkCollection, liveView, type Records } from '@openclaw/credential-store/kit'
import type { Change, Collection, LiveView, OpenClawError, Seq } from '@openclaw/pairing-contracts'
import { ageOf, type Context, type Moment } from './context.ts'
import { CollectionNotHeld, StoreReplaced, StoreStale } from './errors.ts'
import type { Loaded } from './load.ts'
import type { Hashed, Head, Look } from './look.ts'

/** What views show: the records of one known moment of the database, and how long ago that was known to be the latest. */
export interface Held {
  readonly view: <T>(collection: Collection<T>) => LiveView<T>
  readonly seq: () => Seq
  readonly place: () => Place
  /** How long ago the state was known to be the latest, in ms. */
  readonly confirmedMs: () => number
  /** Why views throw, if they do. */
  readonly problem: () => OpenClawError | undefined
  /** What a look said; answers what is to be done then. */
  readonly take: (look: Look, begun: Place) => Taken
  /** Begins again with other records. */
  readonly replace: (loaded: Loaded) => void
  /** What this process committed; from now on no view answers without it. */
  readonly commit: (entries: readonly Hashed[]) => void
  /** Throws `ERR_STORE_REPLACED`, now and from then on, when this is not the head of what was read. */
  readonly assertContinued: (head: Head) => void
  /** Views say so when they are stale; some errors they throw at once, until a look goes well. */
  readonly fail: (error: OpenClawError) => void
}

/** Where the records stand. */
export interface Place {
  readonly seq: Seq
  readonly hash: string | undefined
}

/** `current`: nothing newer there · `more`: look again · `gap`: what came between is not kept, load everything */
export type Taken = 'current' | 'more' | 'gap'

interface HeldState {
  records: Records
  storeId: string
  place: Place
  confirmed: Moment
  /** The last entry that this process was told is durable. */
  needed: number
  /** Never mends: the database is another one. */
  replaced: OpenClawError | undefined
  /** Why the last look failed; mends with the next one that does not. */
  failed: OpenClawError | undefined
}

/** Views on what was loaded. `assertOpen` is asked before each answer. */
export function heldRecords(
  context: Context,
  loaded: Loaded,
  { assertOpen, news }: { readonly assertOpen: () => void; readonly news: Bell },
): Held {
  const state = stateOf(loaded)
  const problem = (): OpenClawError | undefined => problemOf(state, context)
  const current = (): Records => {
    assertOpen()
    const found = problem()
    if (found) throw found
    return state.records
  }
  const seq = (): Seq => state.place.seq
  return {
    view: (collection) => {
      checkCollection(collection.name)
      assertHeld(context, collection.name)
      return liveView({ current, latest: current, seq }, collection)
    },
    seq,
    place: () => state.place,
    confirmedMs: () => Math.max(0, ageOf(state.confirmed, context.ports)),
    problem,
    take: (look, begun) => {
      const before = state.place
      const taken = takeLook(state, context, { look, begun })
      if (state.place !== before) news.ring()
      return taken
    },
    replace: (next) => {
      assertSame(state, next.look.head.storeId)
      const { needed } = state
      Object.assign(state, stateOf(next), { needed })
      news.ring()
    },
    commit: (entries) => {
      for (const hashed of entries) takeEntry(state, context, hashed)
      state.needed = Math.max(state.needed, entries.at(-1)?.entry.seq ?? 0)
      news.ring()
    },
    assertContinued: ({ storeId, seq: last }) => {
      assertSame(state, storeId)
      if (last < state.place.seq) throw replaced(state, EARLIER)
    },
    fail: (error) => {
      state.failed = error
    },
  }
}

function stateOf({ records, look, hash }: Loaded): HeldState {
  const { head, sent } = look
  return {
    records,
    storeId: head.storeId,
    place: { seq: head.seq, hash },
    confirmed: sent,
    needed: 0,
    replaced: undefined,
    failed: undefined,
  }
}

/** A standby, a newer schema or what was moved away is never answered from, however fresh; all else counts when it has lasted too long. */
function problemOf(state: HeldState, context: Context): OpenClawError | undefined {
  if (state.replaced) return state.replaced
  if (state.failed && neverAnswers.has(state.failed.code)) return state.failed
  const age = ageOf(state.confirmed, context.ports)
  if (age > context.timing.staleMs) return new StoreStale(age, state.failed?.message)
  if (state.place.seq >= state.needed) return undefined
  return new StoreStale(age, 'a change of this process is not read back yet')
}

const neverAnswers: ReadonlySet<string> = new Set([
  'ERR_STORE_STANDBY',
  'ERR_STORE_SCHEMA_NEWER',
  'ERR_STORE_SCHEMA_UNKNOWN',
  'ERR_STORE_EVENT_DAMAGED',
  'ERR_STORE_MOVED',
])

const EARLIER = 'it ends before what was read from it'

function takeLook(
  state: HeldState,
  context: Context,
  { look, begun }: { readonly look: Look; readonly begun: Place },
): Taken {
  const { head, entries, sent } = look
  assertSame(state, head.storeId)
  if (head.seq < begun.seq) throw replaced(state, EARLIER)
  if (head.floor > begun.seq + 1) return 'gap'
  if (look.hashThere !== begun.hash && head.floor <= begun.seq) {
    throw replaced(state, `entry ${String(begun.seq)} is another one than was read`)
  }
  for (const hashed of entries) takeEntry(state, context, hashed)
  if (state.place.seq < head.seq) return 'more'
  state.confirmed = sent
  state.failed = undefined
  return 'current'
}

/** What was taken already, by a look or because it was our own, is taken once. */
function takeEntry(state: HeldState, { hold }: Context, { entry, hash }: Hashed): void {
  if (entry.seq !== state.place.seq + 1) return
  const isHeld = ({ collection }: Change): boolean => hold === 'all' || hold.has(collection)
  state.records.apply(entry.changes.filter(isHeld))
  state.place = { seq: entry.seq, hash }
}

function assertSame(state: HeldState, storeId: string): void {
  if (state.replaced) throw state.replaced
  if (storeId !== state.storeId) throw replaced(state, 'it is another store')
}

function replaced(state: HeldState, why: string): OpenClawError {
  state.replaced ??= new StoreReplaced(why)
  return state.replaced
}

function assertHeld({ hold }: Context, collection: string): void {
  if (hold !== 'all' && !hold.has(collection)) throw new CollectionNotHeld(collection)
}
