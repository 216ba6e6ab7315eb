import type { OpenClawError } from '@openclaw/pairing-contracts'
import { type Appender, append, cutRest, makeDurable, type Place } from './append.ts'
import { JournalUnreadable, StoreWriteFailed } from './errors.ts'
import type { HeldLock } from './lock.ts'
import type { Position } from './position.ts'
import type { WritePorts, Written } from './write-ports.ts'

/** How many of the lines landed and are durable; `error` says why not all, if the disk refused. */
export interface Landing {
  readonly landed: number
  readonly error?: OpenClawError
}

/** Writes lines to the segment in use. */
export interface SegmentWriter {
  /**
   * Appends the lines with one write and one sync. Fewer land when the disk refuses or somebody else came in between.
   * Rejects with `ERR_STORE_SYNC_FAILED` when the disk did not confirm.
   */
  readonly write: (lock: HeldLock, lines: readonly Written[]) => Promise<Landing>
  /** Removes the end of a write that was cut off; false when the lock was lost. */
  readonly cut: (lock: HeldLock) => boolean
  readonly close: () => void
}

/** A writer that keeps the segment in use open. */
export function segmentWriter(ports: WritePorts): SegmentWriter {
  const { files, journal, findings } = ports
  let open: Appender | undefined
  const close = (): void => {
    if (open) files.close(open.fd)
    open = undefined
  }
  const appenderOf = ({ tail }: Position): Appender => {
    if (open && isSameFile(ports, open, tail.stat().ino)) return open
    close()
    open = openAppender(ports, tail.file)
    if (isSameFile(ports, open, tail.stat().ino)) return open
    throw new JournalUnreadable(tail.file, new Error('it was exchanged just now'))
  }
  return {
    write: async (lock, lines) => {
      const at = journal.position()
      if (at === undefined || at.chain.head() !== lines[0]?.line.prev) return { landed: 0 }
      const appender = appenderOf(at)
      const bytes = Buffer.from(lines.map(({ text }) => text).join(''))
      const place: Place = { lock, offset: at.tail.offset() }
      const appended = append(files, appender, { place, bytes })
      if (appended.outcome === 'landed') accept(at, lines, bytes.length)
      else settle(ports, { at, appender, place, bytes })
      const landed = lines.filter(({ line }) => at.chain.seqAt(line.hash) !== undefined).length
      if (landed > 0) await makeDurable(files, appender)
      journal.tell()
      return appended.outcome === 'failed' ? { landed, error: appended.error } : { landed }
    },
    cut: (lock) => {
      const at = journal.position()
      const rest = at?.tail.rest().length ?? 0
      if (at === undefined || rest === 0) return true
      const place = { lock, offset: at.tail.offset() }
      if (!cutRest(files, appenderOf(at), { place, rest })) return false
      const problem = `${String(rest)} bytes of a write that was cut off were removed from its end`
      findings.add({ what: 'torn-tail', file: at.tail.file, problem })
      return true
    },
    close,
  }
}

/** Opens a segment for appending; the caller closes it. */
export function openAppender({ files }: Pick<WritePorts, 'files'>, file: string): Appender {
  try {
    return { file, fd: files.open(file, 'append') }
  } catch (cause) {
    throw new StoreWriteFailed(file, cause)
  }
}

function accept({ chain, tail }: Position, lines: readonly Written[], bytes: number): void {
  for (const { line } of lines) chain.take(line)
  tail.skip(bytes, lines.length)
}

/** After a write that did not land as a whole: takes what is there, and removes the rest if it is ours. */
function settle(
  { files, journal }: WritePorts,
  {
    at,
    appender,
    place,
    bytes,
  }: {
    readonly at: Position
    readonly appender: Appender
    readonly place: Place
    readonly bytes: Uint8Array
  },
): void {
  journal.refresh()
  if (journal.position() !== at) return
  const offset = at.tail.offset()
  const rest = at.tail.rest()
  const ours = bytes.subarray(offset - place.offset, offset - place.offset + rest.length)
  if (rest.length === 0 || !Buffer.from(ours).equals(rest)) return
  cutRest(files, appender, { place: { lock: place.lock, offset }, rest: rest.length })
}

function isSameFile({ files }: WritePorts, { fd }: Appender, ino: number): boolean {
  return files.statOpen(fd).ino === ino
}
