import { FRAME_COST_BYTES, MAX_WAITING_FRAMES, PAUSE_BYTES, PAUSE_FRAMES } from './limits.ts'
import type { Connection } from './ports.ts'

/** Somebody for whom something may wait. */
export interface Reader {
  readonly connection: Connection
  /** Bytes that may wait for it. */
  readonly maxBufferedBytes: () => number
  /** True while nothing is read from it. */
  isPaused: boolean
}

/** What was sent and still waits in this process, over all connections. */
export interface Backlog<R extends Reader> {
  /** Looks again at what waits for one; to be called when something was sent to it or drained. */
  readonly note: (reader: R) => void
  readonly leave: (reader: R) => void
  readonly bytes: () => number
}

/** True when more waits for this reader than is kept for it. */
export function isSlow(reader: Reader): boolean {
  const { connection, maxBufferedBytes } = reader
  const bytes = connection.bufferedBytes()
  if (bytes === 0) return false
  return bytes > maxBufferedBytes() || framesOf(connection) > MAX_WAITING_FRAMES
}

/**
 * Who does not read is not read from, so that whoever asks pays for the answers. Where all together have more waiting than
 * `maxBytes`, those go who have most, until an eighth is free.
 */
export function backlog<R extends Reader>(maxBytes: number, drop: (reader: R) => void): Backlog<R> {
  const waiting = new Map<R, number>()
  let total = 0

  const set = (reader: R, cost: number) => {
    const before = waiting.get(reader) ?? 0
    if (before === cost) return
    total += cost - before
    if (cost === 0) waiting.delete(reader)
    else waiting.set(reader, cost)
  }
  const dropMost = () => {
    const most = [...waiting].sort(([, one], [, other]) => other - one)
    for (const [reader] of most) {
      if (total <= (maxBytes / 8) * 7) return
      set(reader, 0)
      drop(reader)
    }
  }

  return {
    note: (reader) => {
      const { connection } = reader
      const bytes = connection.bufferedBytes()
      if (bytes === 0 && !reader.isPaused && !waiting.has(reader)) return
      const frames = framesOf(connection)
      holdBack(reader, { bytes, frames })
      set(reader, bytes === 0 ? 0 : bytes + frames * FRAME_COST_BYTES)
      if (total > maxBytes) dropMost()
    },
    leave: (reader) => set(reader, 0),
    bytes: () => total,
  }
}

function framesOf({ bufferedFrames }: Connection): number {
  return bufferedFrames?.() ?? 0
}

interface Waiting {
  readonly bytes: number
  readonly frames: number
}

/** Reads on well below of where it stopped, so that it is not stopped again by the next answer. */
function holdBack(reader: Reader, { bytes, frames }: Waiting): void {
  const { connection, maxBufferedBytes, isPaused } = reader
  const most = Math.min(PAUSE_BYTES, maxBufferedBytes() / 4)
  if (!isPaused && bytes > 0 && (bytes > most || frames > PAUSE_FRAMES)) {
    reader.isPaused = true
    connection.pause?.()
  } else if (isPaused && (bytes === 0 || (bytes <= most / 4 && frames <= PAUSE_FRAMES / 4))) {
    reader.isPaused = false
    connection.resume?.()
  }
}
