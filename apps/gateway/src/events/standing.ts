import { setImmediate as others } from 'node:timers/promises'
import type { CredentialStore, EpochMs, Seq } from '@openclaw/pairing-contracts'
import { headOf } from '../head.ts'
import type { Position } from './cursor-keeper.ts'
import { SEARCH_PAGE } from './limits.ts'

/** Entries that cannot be sent, and where it goes on. */
export interface Gap {
  /**
   * `not-kept`: the journal does not reach back so far any more · `journal-replaced`: it is another one, or an older copy
   * · `position-lost`: nobody knows how far was sent
   */
  readonly reason: 'not-kept' | 'journal-replaced' | 'position-lost'
  /** The first and the last that is missing; `undefined` where that cannot be told. */
  readonly from: number | undefined
  readonly to: number | undefined
  /** When the last entry that was looked at had been written. */
  readonly since: EpochMs | undefined
  readonly next: Position
}

/** The part of a store that events are read from. */
export type EventStore = Pick<CredentialStore, 'view' | 'history' | 'changes'>

/** The end of the journal: what comes after it is new. */
export async function endOf(store: EventStore): Promise<Position> {
  const seq = headOf(store)
  const [last] = seq === 0 ? [] : await store.history((seq - 1) as Seq, 1)
  return { seq, time: last?.seq === seq ? last.time : (0 as EpochMs) }
}

/** Whether the journal goes on where we stand; `undefined`: it does. */
export async function gapAfter(store: EventStore, at: Position): Promise<Gap | undefined> {
  const head = headOf(store)
  const near = await store.history(Math.max(0, at.seq - 1) as Seq, 2)
  const here = near.find(({ seq }) => seq === at.seq)
  if (at.seq > head || (here !== undefined && here.time !== at.time)) {
    return replaced(at, await newerThan(store, at.time))
  }
  const next = near.find(({ seq }) => seq > at.seq)?.seq ?? head + 1
  if (next === at.seq + 1) return undefined
  return {
    reason: 'not-kept',
    from: at.seq + 1,
    to: next - 1,
    since: at.time,
    next: { seq: next - 1, time: at.time },
  }
}

function replaced(at: Position, next: Position): Gap {
  return { reason: 'journal-replaced', from: at.seq + 1, to: undefined, since: at.time, next }
}

/** Where the entries begin that were written after `time`: in a copy from before, what was sent already comes first. */
async function newerThan(store: EventStore, time: EpochMs): Promise<Position> {
  let last: Position = { seq: 0, time }
  for (;;) {
    const page = await store.history(last.seq as Seq, SEARCH_PAGE)
    for (const entry of page) {
      if (entry.time > time) return { seq: entry.seq - 1, time: last.time }
      last = { seq: entry.seq, time: entry.time }
    }
    if (page.length === 0) return last
    await others()
  }
}
