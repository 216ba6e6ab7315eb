import type { OpenClawError } from '@openclaw/pairing-contracts'
import { type Appender, append, cutRest, makeDurable, type Place } from './append.ts'
import { JournalUnreadable, StoreSyncFailed, StoreWriteFailed } from './errors.ts'
import { closeQuietly } from './files.ts'
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
    if (open) closeQuietly(files, open.fd)
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
      if (appended.outcome === 'landed') await finish(ports, { at, appender, lines }, bytes.length)
      else if (appended.tried) settle(ports, { at, appender, place, bytes })
      const landed = lines.filter(({ line }) => at.chain.seqAt(line.hash) !== undefined).length
      if (landed > 0 && appended.outcome !== 'landed') await makeDurable(files, appender)
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

/** Makes lines durable and takes them; views of this process do not show them before. */
async function finish(
  { files, journal }: WritePorts,
  {
    at: { chain, tail },
    appender,
    lines,
  }: { readonly at: Position; readonly appender: Appender; readonly lines: readonly Written[] },
  bytes: number,
): Promise<void> {
  tail.hold(bytes)
  try {
    await makeDurable(files, appender)
  } catch (error) {
    tail.letGo()
    throw error
  }
  if (!tail.letGo()) return journal.refresh()
  for (const { line } of lines) chain.take(line)
  tail.skip(bytes, lines.length)
}

interface Attempt {
  readonly at: Position
  readonly appender: Appender
  readonly place: Place
  readonly bytes: Uint8Array
}

/**
 * After a write that did not land as a whole: takes what is there, and removes the rest if it is ours.
 * Where that cannot be read, nobody knows the outcome.
 */
function settle({ files, journal }: WritePorts, attempt: Attempt): void {
  const { at, appender, place, bytes } = attempt
  try {
    journal.refresh()
    if (journal.position() !== at) return
    const offset = at.tail.offset()
    const rest = at.tail.rest()
    const ours = bytes.subarray(offset - place.offset, offset - place.offset + rest.length)
    if (rest.length === 0 || !Buffer.from(ours).equals(rest)) return
    cutQuietly(files, appender, { place: { lock: place.lock, offset }, rest: rest.length })
  } catch (cause) {
    throw new StoreSyncFailed(at.tail.file, cause)
  }
}

/** What cannot be cut off now is cut off by the next writer; it is no whole record. */
function cutQuietly(...call: Parameters<typeof cutRest>): void {
  try {
    cutRest(...call)
  } catch {
    // see above
  }
}

function isSameFile({ files }: WritePorts, { fd }: Appender, ino: number): boolean {
  return files.statOpen(fd).ino === ino
}
