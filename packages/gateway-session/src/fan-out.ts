import type { Json } from '@openclaw/pairing-contracts'
import { type Events, encodeFrame, type StateVersion } from '@openclaw/pairing-protocol'
import { isSlow } from './backlog.ts'
import { EVENTS, type Heard, mayHear } from './events.ts'
import type { Counter } from './figures.ts'
import { MAX_ANNOUNCED } from './limits.ts'
import { type Peer, sendText } from './peer.ts'
import type { Timers } from './ports.ts'
import { rounds } from './rounds.ts'

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
  readonly timers: Timers
}

/**
 * Numbers events per connection: `seq` counts what this client was entitled to, so a gap says that it missed something, and
 * tells nothing of events that were none of its business.
 */
export function fanOut({ peers, counter, stateVersion, timers }: FanOutParts): FanOut {
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
      const open = text.slice(0, -1)
      const tell = (peer: Peer): void => {
        peer.seq += 1
        if (row.slow === 'drop' && isSlow(peer)) counter.dropped()
        else sendText(peer, `${open},"seq":${String(peer.seq)}}`)
      }
      telling.add({ hearers, tell })
    },
    finish: telling.finish,
  }
}
