import type { ChannelLog, CursorStore } from '@openclaw/pairing-contracts'

/** Saves a cursor often enough, and not more often. */
export interface Saver {
  /** Something changed: saved within `everyMs`. */
  readonly touch: () => void
  /** Saves now what is not saved yet; resolves with whether everything is durable. */
  readonly flush: () => Promise<boolean>
  /** Writes no more: the position is another run's from here on. */
  readonly close: () => void
}

/** What a {@link saver} works with. */
export interface SaverComponents {
  readonly cursor: CursorStore
  readonly current: () => Readonly<Record<string, string | number>>
  readonly log: ChannelLog
  readonly redact: (text: string) => string
}

/** One write at a time; what changes meanwhile goes into the next. A failed write is tried again, and logged once. */
export function saver(components: SaverComponents, everyMs: number): Saver {
  const { cursor, current, log, redact } = components
  let dirty = false
  let failing = false
  let closed = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let writing: Promise<unknown> = Promise.resolve()

  const write = async (): Promise<boolean> => {
    // What came after the end is in no write: nothing may be taken for safe.
    if (closed) return false
    if (!dirty) return true
    dirty = false
    try {
      await cursor.save(current())
      failing = false
      return true
    } catch (error) {
      if (!failing) log('error', 'position-not-saved', { reason: redact(String(error)) })
      failing = true
      touch()
      return false
    }
  }
  const flush = (): Promise<boolean> => {
    clearTimeout(timer)
    timer = undefined
    const written = writing.then(write)
    writing = written
    return written
  }
  const touch = (): void => {
    if (closed) return
    dirty = true
    timer ??= setTimeout(() => void flush(), everyMs)
  }
  const close = (): void => {
    closed = true
    clearTimeout(timer)
  }
  return { touch, flush, close }
}
