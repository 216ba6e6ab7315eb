import { FOLLOW_MS } from './limits.ts'
import type { FeedSource } from './state/feed.ts'
import type { StoreParts } from './store-parts.ts'

/** What followers of a store are told: woken by the system where it tells of a write, and looking now and then anyway. */
export function feedOf({ history, watch, news }: StoreParts, isClosed: () => boolean): FeedSource {
  return {
    read: async (from, limit) => history.readWhole(from, limit),
    wait: (signal) => {
      watch.ensure()
      return news.next(signal, FOLLOW_MS)
    },
    isClosed,
  }
}
