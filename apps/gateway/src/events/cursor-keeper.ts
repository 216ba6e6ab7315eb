import { decodeEventsCursor, type EventsCursor } from '@openclaw/pairing-config'
import type { ChannelLog, CursorStore, EpochMs } from '@openclaw/pairing-contracts'
import { inWords } from '../channels/supervise.ts'
import { CURSOR_LAG_MS } from './limits.ts'

/** A place in the journal. */
export interface Position {
  readonly seq: number
  /** When that entry was written; of one that cannot be read, when the last one was that could. */
  readonly time: EpochMs
}

/** How far events were sent, in memory and in the file. */
export interface CursorKeeper {
  readonly current: () => EventsCursor
  /** Changes it; in the file when it resolves. */
  readonly set: (change: Partial<EventsCursor>) => Promise<void>
  /** Goes past an entry that is not sent; in the file a while later, since nothing is lost without. */
  readonly pass: (position: Position) => Promise<void>
  /** Nothing is in the way any more. */
  readonly endTrouble: () => void
  /** Brings the file up to date. */
  readonly flush: () => Promise<void>
}

/** What a {@link CursorKeeper} works with. */
export interface KeeperComponents {
  readonly file: CursorStore
  readonly log: ChannelLog
}

/** What the file says: `none` where there is none yet, `damaged` for what this program does not write. */
export async function loadCursor(file: CursorStore): Promise<EventsCursor | 'none' | 'damaged'> {
  const json = await file.load()
  return json === undefined ? 'none' : (decodeEventsCursor(json) ?? 'damaged')
}

/**
 * Starts with `start`, which is in the file already. That the file cannot be written is said once; what is sent again
 * after a restart has the same id, so the receiver knows it.
 */
export function cursorKeeper({ file, log }: KeeperComponents, start: EventsCursor): CursorKeeper {
  let cursor = start
  let saved = start
  let savedAt = performance.now()
  let isComplaining = false
  const save = async (): Promise<void> => {
    const wanted = cursor
    savedAt = performance.now()
    try {
      await file.save({ ...wanted })
      saved = wanted
      isComplaining = false
    } catch (error) {
      if (!isComplaining) log('error', 'events-cursor-not-written', { reason: inWords(error) })
      isComplaining = true
    }
  }
  return {
    current: () => cursor,
    set: async (change) => {
      cursor = { ...cursor, ...change }
      await save()
    },
    pass: async ({ seq, time }) => {
      cursor = { ...cursor, seq, time }
      if (performance.now() - savedAt > CURSOR_LAG_MS) await save()
    },
    endTrouble: () => {
      const { failingSince: _, failure: __, ...rest } = cursor
      cursor = rest
    },
    flush: async () => {
      if (saved !== cursor) await save()
    },
  }
}
