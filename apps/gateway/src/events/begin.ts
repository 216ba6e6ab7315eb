import { randomBytes } from 'node:crypto'
import type { EventsCursor } from '@openclaw/pairing-config'
import type { ChannelLog, CursorStore } from '@openclaw/pairing-contracts'
import { inWords } from '../channels/supervise.ts'
import { loadCursor } from './cursor-keeper.ts'
import { type EventStore, endOf, type Gap } from './standing.ts'

/** What {@link begin} works with. */
export interface BeginComponents {
  readonly store: EventStore
  readonly file: CursorStore
  readonly log: ChannelLog
}

/** Where to start from. */
export interface Beginning {
  readonly cursor: EventsCursor
  /** There where it is not known how far was sent. */
  readonly gap?: Gap
}

/** Where we stood; at the first start the end of the journal, so that history is not told as news. */
export async function begin({ store, file, log }: BeginComponents): Promise<Beginning> {
  const known = await loadCursor(file)
  if (typeof known === 'object') return { cursor: known }
  const next = await endOf(store)
  const cursor = { source: randomBytes(16).toString('hex'), ...next, refused: 0 }
  if (known === 'none') {
    await file.save(cursor).catch((error: unknown) => {
      log('error', 'events-cursor-not-written', { reason: inWords(error) })
    })
    log('info', 'events-begin', { after: next.seq })
    return { cursor }
  }
  const reason = 'position-lost'
  return { cursor, gap: { reason, from: undefined, to: next.seq, since: undefined, next } }
}
