import type { Readable } from 'node:stream'
import { lineReader } from './lines.ts'

/** What a program says on its error output. */
export interface Complaints {
  /** Reads what was put off; nothing is waited for any more. */
  readonly end: () => void
}

/** A longer line is left out, in UTF-16 units. */
const MAX_COMPLAINT_UNITS = 2_000

/** So much is read in a second, in bytes: a program may say the same for ever, and everything else here is to go on. */
const READ_BYTES: number = 256 * 1024

/** So much is taken and thrown away in a second, in bytes; a program that says more has to wait. */
const TAKEN_BYTES: number = 16 * 1024 * 1024

const SECOND_MS = 1_000
const NEW_LINE = 10

/** Reads error output line by line, within bounds: of more than 256 KiB in a second only the end, of whole lines. */
export function readComplaints(stream: Readable, onLine: (line: string) => void): Complaints {
  const lines = restartable(onLine)
  let taken = 0
  let last: Uint8Array | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const catchUp = (): void => {
    clearTimeout(timer)
    if (last !== undefined) lines.skipTo(last)
    taken = 0
    last = undefined
    timer = undefined
  }
  stream.on('error', () => {})
  stream.on('data', (part: Uint8Array) => {
    taken += part.length
    timer ??= setTimeout(() => {
      catchUp()
      stream.resume()
    }, SECOND_MS)
    if (taken <= READ_BYTES) lines.read(part)
    else last = part
    if (taken > TAKEN_BYTES) stream.pause()
  })
  return { end: catchUp }
}

interface Restartable {
  readonly read: (part: Uint8Array) => void
  /** Reads a part that does not follow on what was read, from its first whole line on. */
  readonly skipTo: (part: Uint8Array) => void
}

/** Half a line could hide half a number of somebody, which nobody would recognise: none is read. */
function restartable(onLine: (line: string) => void): Restartable {
  const reader = () => lineReader({ onLine }, { most: MAX_COMPLAINT_UNITS })
  let read = reader()
  let isInside = false
  const readOn = (part: Uint8Array): void => {
    const at = isInside ? part.indexOf(NEW_LINE) + 1 : 0
    if (isInside && at === 0) return
    isInside = false
    read(part.subarray(at))
  }
  return {
    read: readOn,
    skipTo: (part) => {
      read = reader()
      isInside = true
      readOn(part)
    },
  }
}
