import type { AbortSignalLike, ChannelLog, CursorStore } from '@openclaw/pairing-contracts'
import type { Backoff } from './backoff.ts'
import { isRecord } from './json.ts'
import { EMPTY_LEDGER, type LedgerState } from './ledger.ts'
import type { StatusBoard } from './status.ts'
import { pause } from './wait.ts'

/** Whose position it is: the bot, and the server whose update ids count. */
export interface PositionOf {
  readonly bot: string
  readonly root: string
}

/** A ledger state as a flat record for a `CursorStore`. */
export function encodePosition(
  of: PositionOf,
  state: LedgerState,
): Record<string, string | number> {
  return {
    version: 1,
    bot: of.bot,
    root: of.root,
    offset: state.offset,
    settled: state.settled.join(','),
    keys: state.keys.join(','),
    passed: state.passed.join(','),
    newestAt: state.newestAt,
  }
}

/**
 * Reads what was saved. Update ids mean nothing to another bot, and are counted anew by another server;
 * message keys mean the same on every server.
 *
 * @returns `undefined` when it is not one of ours
 */
export function decodePosition(of: PositionOf, saved: unknown): LedgerState | undefined {
  if (saved === undefined || saved === null) return EMPTY_LEDGER
  if (!isRecord(saved)) return undefined
  const { version, bot, root, offset, settled, keys, passed, newestAt } = saved
  if (version !== 1 || typeof bot !== 'string' || typeof root !== 'string') return undefined
  if (bot !== of.bot) return EMPTY_LEDGER
  const ids = listOf(settled)?.map(Number)
  const [known, interrupted] = [listOf(keys), listOf(passed)]
  if (!isCount(offset) || !isCount(newestAt) || !ids?.every(isCount)) return undefined
  if (known === undefined || interrupted === undefined) return undefined
  const kept = { keys: known, passed: interrupted, newestAt }
  return of.root === root ? { ...kept, offset, settled: ids } : { ...EMPTY_LEDGER, ...kept }
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0

const listOf = (value: unknown): readonly string[] | undefined =>
  typeof value === 'string' ? value.split(',').filter((part) => part !== '') : undefined

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
 * Reads the saved position, again and again while it cannot be read. One that is damaged is reported and Telegram's own
 * is taken: it gives what was never confirmed.
 *
 * @returns `undefined` when the stop came first
 */
export async function loadPosition(
  of: PositionOf,
  { cursor, board, log, redact, waits, signal }: LoadComponents,
): Promise<LedgerState | undefined> {
  while (!signal.aborted) {
    try {
      const saved = decodePosition(of, await cursor.load())
      if (saved === undefined) log('error', 'position-damaged', { bot: of.bot, reason: DAMAGED })
      for (const key of saved?.passed ?? []) {
        log('error', 'message-interrupted', { message: key, reason: INTERRUPTED })
      }
      return { ...(saved ?? EMPTY_LEDGER), passed: [] }
    } catch (error) {
      const reason = redact(error instanceof Error ? error.message : String(error))
      const nextTryMs = waits.failed()
      log('error', 'position-not-read', { bot: of.bot, reason, nextTryMs })
      board.set('waiting', `the saved position cannot be read: ${reason}`)
      await pause(nextTryMs, signal)
    }
  }
  return undefined
}

const DAMAGED =
  'the saved position is not one of ours; going on from what Telegram still keeps, which may repeat messages'
const INTERRUPTED =
  'the gateway stopped while this message was handled, and Telegram gives it no more'
