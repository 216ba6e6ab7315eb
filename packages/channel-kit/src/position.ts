import type { AbortSignalLike, ChannelLog, CursorStore } from '@openclaw/pairing-contracts'
import type { Backoff } from './backoff.ts'
import { type BooksState, EMPTY_BOOKS } from './books.ts'
import { isRecord, isText, jsonOf } from './record.ts'
import type { StatusBoard } from './status.ts'
import { pause } from './wait.ts'
import { reasonOf } from './words.ts'

/** What {@link loadSaved} works with. */
export interface LoadComponents {
  readonly cursor: Pick<CursorStore, 'load'>
  readonly board: StatusBoard
  readonly log: ChannelLog
  readonly redact: (text: string) => string
  readonly waits: Backoff
  readonly signal: AbortSignalLike
}

/** What is read. */
export interface SavedForm<Saved> {
  /** `undefined` when it is none of ours. */
  readonly decode: (saved: unknown) => Saved | undefined
  /** Where nothing can be used. */
  readonly empty: Saved
  /** What a damaged one costs. */
  readonly damaged: string
}

/**
 * Reads what an earlier run saved, again and again while it cannot be read. What is damaged is reported and not used.
 *
 * @returns `undefined` when the stop came first
 */
export async function loadSaved<Saved>(
  { decode, empty, damaged }: SavedForm<Saved>,
  { cursor, board, log, redact, waits, signal }: LoadComponents,
): Promise<Saved | undefined> {
  while (!signal.aborted) {
    try {
      const saved = decode(await cursor.load())
      if (saved === undefined) log('error', 'position-damaged', { reason: damaged })
      return saved ?? empty
    } catch (error) {
      const reason = redact(reasonOf(error))
      const nextTryMs = waits.failed()
      log('error', 'position-not-read', { reason, nextTryMs })
      board.set('waiting', `the saved position cannot be read: ${reason}`)
      await pause(nextTryMs, signal)
    }
  }
  return undefined
}

/** What an inbox saved, and whose messages they are. */
export interface Position extends BooksState {
  /** A bot, a workspace, a number; `undefined` before the first. */
  readonly owner: string | undefined
  /** A mark of the adapter's own, such as how far it has read; `undefined`: none. */
  readonly mark: string | undefined
}

const NO_POSITION: Position = { ...EMPTY_BOOKS, owner: undefined, mark: undefined }

/** A position as a flat record for a `CursorStore`. */
export function encodePosition(
  { owner, mark }: { readonly owner: string; readonly mark: string | undefined },
  { keys, open }: BooksState,
): Record<string, string | number> {
  return {
    version: 1,
    owner,
    keys: JSON.stringify(keys),
    open: JSON.stringify(open),
    ...(mark !== undefined && { mark }),
  }
}

/** Reads what was saved; `undefined` when it is no position of an inbox. */
export function decodePosition(saved: unknown): Position | undefined {
  if (saved === undefined || saved === null) return NO_POSITION
  if (!isRecord(saved) || saved['version'] !== 1) return undefined
  const { owner, mark } = saved as { readonly owner?: unknown; readonly mark?: unknown }
  const [keys, open] = [saved['keys'], saved['open']].map((text) =>
    isText(text) ? jsonOf(text) : undefined,
  )
  if (!isText(owner) || !Array.isArray(keys) || !Array.isArray(open)) return undefined
  return {
    owner,
    mark: isText(mark) ? mark : undefined,
    keys: keys.filter(isText),
    open: open.filter(isRecord),
  }
}

/**
 * Reads the position that an inbox saved.
 *
 * @returns `undefined` when the stop came first
 */
export function loadPosition(components: LoadComponents): Promise<Position | undefined> {
  return loadSaved({ decode: decodePosition, empty: NO_POSITION, damaged: DAMAGED }, components)
}

const DAMAGED =
  'the saved position is not one of ours; messages that were waiting in it are lost, and the newest may be handled twice'
