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
  /**
   * Makes what was read durable, whoever wrote it; answers the number of the last transaction that is known to be. No sync
   * where transaction `seq` is known to be.
   */
  readonly confirm: (seq: number) => Promise<number>
  /** Removes the end of a write that was cut off; false when the lock was lost. */
  readonly cut: (lock: HeldLock) => boolean
  readonly close: () => void
}

/** A writer that keeps the segment in use open. */
export function segmentWriter(ports: WritePorts): SegmentWriter {
  const { files, journal } = ports
  let open: Appender | undefined
  let durable = 0
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
      durable = Math.max(durable, seqOf(lines[landed - 1]))
      journal.tell()
      return appended.outcome === 'failed' ? { landed, error: appended.error } : { landed }
    },
    confirm: async (seq) => {
      if (seq > durable) durable = Math.max(durable, await confirmRead(ports))
      return durable
    },
    cut: (lock) => cutTorn(ports, lock, appenderOf),
    close,
  }
}

function cutTorn(
  { files, journal, findings }: WritePorts,
  lock: HeldLock,
  appenderOf: (at: Position) => Appender,
): boolean {
  const at = journal.position()
  const rest = at?.tail.rest().length ?? 0
  if (at === undefined || rest === 0) return true
  const place = { lock, offset: at.tail.offset() }
  if (!cutRest(files, appenderOf(at), { place, rest })) return false
  const problem = `${String(rest)} bytes of a write that was cut off were removed from its end`
  findings.add({ what: 'torn-tail', file: at.tail.file, problem })
  return true
}

/** Makes what was read durable; answers the number of the last transaction in it. */
async function confirmRead(ports: WritePorts): Promise<number> {
  const { files, journal } = ports
  const at = journal.position()
  const seq = journal.seq()
  if (at === undefined) return seq
  // a handle of its own: that of the writer may be exchanged while this waits
  const appender = openAppender(ports, at.tail.file)
  try {
    await makeDurable(files, appender)
  } finally {
    closeQuietly(files, appender.fd)
  }
  return seq
}

/** The last transaction when a line was written. */
function seqOf(written: Written | undefined): number {
  if (written === undefined) return 0
  const { line } = written
  return line.kind === 'entry' ? line.entry.seq : line.seq
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
