import type { AbortSignalLike, ChannelLog, CursorStore } from '@openclaw/pairing-contracts'
import type { Backoff } from './backoff.ts'
import { type BooksState, EMPTY_BOOKS } from './books.ts'
import { isRecord, isText } from './json.ts'
import type { StatusBoard } from './status.ts'
import { pause } from './wait.ts'

/** What was saved: the books, and whose they are. */
export interface Position extends BooksState {
  /** The workspace whose members are meant; `undefined` before the first. */
  readonly team: string | undefined
}

/** Nothing saved. */
export const NO_POSITION: Position = { ...EMPTY_BOOKS, team: undefined }

/** The books of a workspace as a flat record for a `CursorStore`. */
export function encodePosition(team: string, state: BooksState): Record<string, string | number> {
  return { version: 1, team, keys: state.keys.join(','), open: JSON.stringify(state.open) }
}

/** Reads what was saved; `undefined` when it is no position of ours. */
export function decodePosition(saved: unknown): Position | undefined {
  if (saved === undefined || saved === null) return NO_POSITION
  if (!isRecord(saved) || saved.version !== 1) return undefined
  const { team, keys, open } = saved
  if (!isText(team) || typeof keys !== 'string') return undefined
  const messages = openOf(open)
  return messages && { team, keys: keys.split(',').filter(isText), open: messages }
}

function openOf(text: unknown): readonly object[] | undefined {
  try {
    const list: unknown = JSON.parse(String(text))
    return Array.isArray(list) ? list.filter(isRecord) : undefined
  } catch {
    return undefined
  }
}

/** What {@link loadPosition} works with. */
export interface LoadComponents {
  readonly cursor: Pick<CursorStore, 'load'>
  readonly board: StatusBoard
  readonly log: ChannelLog
  readonly redact: (text: string) => string
  readonly waits: Backoff
  readonly signal: AbortSignalLike
}

/**
 * Reads the saved position, again and again while it cannot be read. One that is damaged is reported; then a message that
 * Slack delivers again within minutes may be handled twice.
 *
 * @returns `undefined` when the stop came first
 */
export async function loadPosition({
  cursor,
  board,
  log,
  redact,
  waits,
  signal,
}: LoadComponents): Promise<Position | undefined> {
  while (!signal.aborted) {
    try {
      const saved = decodePosition(await cursor.load())
      if (saved === undefined) log('error', 'position-damaged', { reason: DAMAGED })
      return saved ?? NO_POSITION
    } catch (error) {
      const reason = redact(error instanceof Error ? error.message : String(error))
      const nextTryMs = waits.failed()
      log('error', 'position-not-read', { reason, nextTryMs })
      board.set('waiting', `the saved position cannot be read: ${reason}`)
      await pause(nextTryMs, signal)
    }
  }
  return undefined
}

const DAMAGED =
  'the saved position is not one of ours; messages that were waiting in it are lost, and the newest may be handled twice'
