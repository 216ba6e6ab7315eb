import type { Sha256 } from '@openclaw/pairing-contracts'
import type { Document } from './document.ts'
import type { Files } from './files.ts'
import { decodeText, encodeText } from './text.ts'
import type { DocumentPorts } from './types.ts'

/** A copy of what a document said when we knew it last. */
export interface BaseCopy {
  /** Drawn for each copy, so that two with the same text can be told apart. */
  readonly id: string
  /** Name of the temporary file that was to become the document; empty when the text was there already. */
  readonly temp: string
  /**
   * A transaction that was durable when the copy was made, and whose changes and those before it the text shows.
   * `undefined`: nobody noted it, or it cannot be read.
   */
  readonly seq: number | undefined
  readonly text: string
}

/** The two copies of one document. */
export interface BaseCopies {
  readonly base: BaseCopy | undefined
  /** Written ahead: a replacement was begun. `torn`: it was cut off while this was written, so nothing else had happened. */
  readonly next: BaseCopy | 'torn' | undefined
}

/** What reading copies takes. */
export interface CopyReader {
  readonly files: Files
  readonly ports: Pick<DocumentPorts, 'sha256' | 'isVerified'>
}

/** Reads both copies. A base that does not match its checksum counts as none: then nothing is taken for removed. */
export function readCopies(
  { files, ports: { sha256, isVerified } }: CopyReader,
  { base, next }: Document,
): BaseCopies {
  const written = files.read(base)
  const ahead = files.read(next)
  const isRight = written !== undefined && isVerified?.(base, written.facts) === true
  return {
    base: written && copyOf(written.bytes, isRight ? undefined : sha256),
    next: ahead && (copyOf(ahead.bytes, sha256) ?? 'torn'),
  }
}

/** True when a document with this text is ours, also while we are replacing it. */
export function isOurs({ base, next }: BaseCopies, text: string): boolean {
  return base?.text === text || (next !== 'torn' && next?.text === text)
}

/** One line of JSON, then the text as it is. */
export function encodeCopy({ id, temp, seq, text }: BaseCopy, sha256: Sha256): Uint8Array {
  const when = seq === undefined ? {} : { seq, mark: markOf({ id, seq }, sha256) }
  const head = { version: 1, id, temp, ...when, sha256: sha256(text) }
  return encodeText(`${JSON.stringify(head)}\n${text}`)
}

/** Reads a copy; `undefined` when it is none or, where `sha256` is given, its checksum is wrong. */
export function copyOf(bytes: Uint8Array, sha256: Sha256 | undefined): BaseCopy | undefined {
  const whole = decodeText(bytes) ?? ''
  const end = whole.indexOf('\n')
  const head = decodeHead(whole.slice(0, Math.max(end, 0)))
  const text = whole.slice(end + 1)
  if (head === undefined || (sha256 && head.sha256 !== sha256(text))) return undefined
  const { id, temp } = head
  return { id, temp, seq: seqOf(head, sha256), text }
}

/** What the start of a copy says of its {@link BaseCopy.seq}, without its text. */
export function seqInHead(start: Uint8Array, sha256: Sha256): number | undefined {
  // the text may be cut in the middle of a character
  const end = start.indexOf(LINE_FEED)
  const head = end === -1 ? undefined : decodeHead(decodeText(start.subarray(0, end)) ?? '')
  return head && seqOf(head, sha256)
}

const LINE_FEED = 0x0a

interface Head {
  readonly id: string
  readonly temp: string
  readonly sha256: string
  readonly seq?: unknown
  readonly mark?: unknown
}

function decodeHead(line: string): Head | undefined {
  try {
    const head = JSON.parse(line) as Partial<Record<keyof Head | 'version', unknown>> | null
    if (typeof head?.id !== 'string' || typeof head.temp !== 'string') return undefined
    if (typeof head.sha256 !== 'string' || head.version !== 1) return undefined
    const { id, temp, sha256, seq, mark } = head
    return { id, temp, sha256, seq, mark }
  } catch {
    return undefined
  }
}

/** A wrong number would tell of losses that never were, so it has a checksum of its own: the other one is of the text. */
function markOf(
  { id, seq }: { readonly id: string; readonly seq: number },
  sha256: Sha256,
): string {
  return sha256(`${id} ${String(seq)}`).slice(0, 16)
}

function seqOf({ id, seq, mark }: Head, sha256: Sha256 | undefined): number | undefined {
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq)) return undefined
  return sha256 && mark !== markOf({ id, seq }, sha256) ? undefined : seq
}
