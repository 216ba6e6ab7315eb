import type { Clock, SenderId } from '@openclaw/pairing-contracts'
import {
  STRANGERS_STREAMS,
  STREAMS,
  STREAMS_PER_ADDRESS,
  STREAMS_PER_VISITOR,
  VISITOR_IDLE_MS,
  VISITORS,
} from './limits.ts'
import { type Holder, type Quota, quota } from './quota.ts'
import type { ChatEntry } from './ring.ts'
import { type EventStream, eventStream, frame } from './stream.ts'
import type { VisitorState } from './types.ts'
import { newVisitor, push, type ShownState, stateShower, type Visitor } from './visitor.ts'

/** Where a page that comes again left off. */
export interface Resume {
  readonly senderId: SenderId
  readonly address: string
  /** The id of the last event that the page saw, or ''. */
  readonly after: string
}

/** The conversations in memory and the pages that are open; bounded. */
export interface Visitors {
  /** Adds a text and shows it on the visitor's open pages; false and nothing when the key was there before. */
  readonly say: (senderId: SenderId, entry: ChatEntry) => boolean
  /** A stream that begins with what the page has not seen; `undefined` when too many are open. */
  readonly open: (resume: Resume, state: VisitorState) => ReadableStream<Uint8Array> | undefined
  /** Shows a state on the visitor's open pages, when it is another than they show. */
  readonly show: (senderId: SenderId, state: VisitorState) => void
  /** A state as an answer to the page carries it; to be called right after it was read. */
  readonly stateFor: (state: VisitorState) => ShownState
  /** Visitors with an open page. */
  readonly present: () => readonly SenderId[]
  /** Signs of life to all streams; forgets who was away long. */
  readonly beat: () => void
  readonly closeAll: () => void
  readonly counts: () => { readonly streams: number; readonly visitors: number }
}

/** No conversation and no page yet. `epoch` tells the events of this run from those of another. */
export function visitors(clock: Clock, epoch: string): Visitors {
  const known = new Map<SenderId, Visitor>()
  const places = quota({ all: STREAMS, strangers: STRANGERS_STREAMS, each: STREAMS_PER_ADDRESS })
  const use = (senderId: SenderId): Visitor => touch(known, senderId, clock.now())
  const stateFor = stateShower(clock, epoch)
  let last = 0

  const entryFrame = (number: number, entry: ChatEntry): string =>
    frame('entry', entry, `${epoch}.${String(number)}`)
  return {
    say: (senderId, entry) => {
      const visitor = use(senderId)
      last += 1
      const isNew = visitor.ring.add({ number: last, entry })
      if (isNew) push(visitor, entryFrame(last, entry))
      return isNew
    },
    open: ({ senderId, address, after }, state) => {
      const visitor = use(senderId)
      const stream = openStream({ places, clock }, visitor, {
        senderId,
        address,
        state: state.state,
      })
      if (stream === undefined) return undefined
      stream.push('retry: 1500\n\n')
      for (const { number, entry } of visitor.ring.after(numberOf(after, epoch))) {
        stream.push(entryFrame(number, entry))
      }
      stream.push(frame('state', stateFor(state)))
      visitor.shown = JSON.stringify(state)
      return stream.body
    },
    show: (senderId, state) => {
      const visitor = known.get(senderId)
      const text = JSON.stringify(state)
      if (visitor === undefined || visitor.shown === text) return
      visitor.shown = text
      push(visitor, frame('state', stateFor(state)))
    },
    stateFor,
    present: () => [...known].filter(([, { streams }]) => streams.size > 0).map(([id]) => id),
    beat: () => beat(known, clock.now()),
    closeAll: () => {
      for (const { streams } of known.values()) for (const stream of streams) stream.close()
    },
    counts: () => ({ streams: places.taken(), visitors: known.size }),
  }
}

interface Counted {
  readonly places: Quota
  readonly clock: Clock
}

/** One more stream of a visitor; `undefined` when too many are open. */
function openStream(
  { places, clock }: Counted,
  visitor: Visitor,
  holder: Holder,
): EventStream | undefined {
  if (visitor.streams.size >= STREAMS_PER_VISITOR) return undefined
  const release = places.take(holder)
  if (release === undefined) return undefined
  const stream = eventStream(() => {
    visitor.streams.delete(stream)
    visitor.lastUsedAt = clock.now()
    release()
  })
  visitor.streams.add(stream)
  return stream
}

function touch(known: Map<SenderId, Visitor>, senderId: SenderId, now: number): Visitor {
  const visitor = known.get(senderId) ?? newVisitor()
  known.delete(senderId)
  known.set(senderId, visitor)
  visitor.lastUsedAt = now
  // More visitors are kept than streams can be open, so there is always one without a page before this one.
  const away =
    known.size > VISITORS ? [...known].find(([, each]) => each.streams.size === 0) : undefined
  if (away !== undefined) known.delete(away[0])
  return visitor
}

function beat(known: Map<SenderId, Visitor>, now: number): void {
  for (const [senderId, visitor] of known) {
    const idle = visitor.streams.size === 0 && now - visitor.lastUsedAt > VISITOR_IDLE_MS
    if (idle) known.delete(senderId)
    push(visitor, frame('beat', 1))
  }
}

/** The number of an event id of this run; 0 for those of another, so that everything is shown. */
function numberOf(after: string, epoch: string): number {
  const [run, number] = after.split('.', 2)
  return run === epoch && /^\d{1,15}$/.test(number ?? '') ? Number(number) : 0
}
