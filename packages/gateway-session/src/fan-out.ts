import type { Json } from '@openclaw/pairing-contracts'
import { type Events, encodeFrame, type StateVersion } from '@openclaw/pairing-protocol'
import { isSlow } from './backlog.ts'
import { EVENTS, type EventRow, type Heard, mayHear } from './events.ts'
import type { Counter } from './figures.ts'
import { MAX_ANNOUNCED } from './limits.ts'
import { type Peer, sendText } from './peer.ts'
import type { Timers } from './ports.ts'
import { endLost } from './recheck.ts'
import { type Round, rounds } from './rounds.ts'
import type { Standings } from './standings.ts'

/** Tells events to whom they concern. */
export interface FanOut {
  /**
   * Tells an event to its audience. The payload is made only when there is one.
   *
   * Requests and decisions are told once, however often they are published.
   */
  readonly publish: <E extends Heard>(event: E, payload: () => Events[E]) => void
  /** Tells now what is still being told. */
  readonly finish: () => void
}

/** What {@link fanOut} needs. */
export interface FanOutParts {
  readonly peers: () => Iterable<Peer>
  readonly counter: Counter
  readonly stateVersion: () => StateVersion
  readonly standings: Standings
  readonly timers: Timers
}

/**
 * Numbers events per connection: `seq` counts what this client was entitled to, so a gap says that it missed something, and
 * tells nothing of events that were none of its business.
 */
export function fanOut(parts: FanOutParts): FanOut {
  const { peers, stateVersion, timers } = parts
  const announced = new Set<string>()
  const telling = rounds<Peer>(timers)
  const isNews = (key: string | undefined) => {
    if (key === undefined) return true
    if (announced.has(key)) return false
    announced.add(key)
    for (const oldest of announced) {
      if (announced.size <= MAX_ANNOUNCED) break
      announced.delete(oldest)
    }
    return true
  }

  return {
    publish: (event, payload) => {
      const row = EVENTS[event]
      const hearers = [...peers()].filter((peer) => mayHear(peer.identity, row))
      if (hearers.length === 0 && row.once === undefined) return
      const made = payload()
      if (!isNews(row.once?.(made))) return
      const versions = row.versioned ? { stateVersion: stateVersion() } : {}
      const text = encodeFrame({
        type: 'event',
        event,
        payload: made as unknown as Json,
        ...versions,
      })
      telling.add(roundOf(parts, row, { hearers, open: text.slice(0, -1) }))
    },
    finish: telling.finish,
  }
}

/** What says something is said to nobody of whom it is not known that they may still hear it; they see the gap later. */
function roundOf(
  { counter, standings }: FanOutParts,
  row: Pick<EventRow, 'to' | 'slow'>,
  { hearers, open }: { readonly hearers: readonly Peer[]; readonly open: string },
): Round<Peer> {
  const say = (peer: Peer): void => {
    peer.seq += 1
    if (row.slow === 'drop' && isSlow(peer)) counter.dropped()
    else sendText(peer, `${open},"seq":${String(peer.seq)}}`)
  }
  if (row.to === 'everyone') return { hearers, tell: say }
  const sample = hearers.find(({ identity }) => identity?.device !== undefined)?.identity?.device
  return {
    hearers,
    isReady: () => standings.of(sample) !== undefined || !standings.isBrief(),
    tell: (peer) => {
      const look = standings.of(peer.identity?.device)
      if (look?.holds) say(peer)
      else if (look !== undefined && !peer.endsItself) endLost(peer, look.because)
      else {
        peer.seq += 1
        counter.dropped()
      }
    },
  }
}
