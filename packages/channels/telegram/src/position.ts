import type { AbortSignalLike, ChannelLog, CursorStore } from '@openclaw/pairing-contracts'
import type { Backoff } from './backoff.ts'
import { isRecord } from './json.ts'
import { EMPTY_LEDGER, type LedgerState } from './ledger.ts'
import { WINDOW } from './limits.ts'
import type { StatusBoard } from './status.ts'
import { pause } from './wait.ts'

/** Whose position it is: the bot, and the server whose update ids count. */
export interface PositionOf {
  readonly bot: string
  readonly root: string
}

/**
 * A ledger state as a flat record for a `CursorStore`. OpenClaw 2026.2 keeps `version` and `lastUpdateId` in the same
 * place and reads them back from here.
 */
export function encodePosition(
  of: PositionOf,
  state: LedgerState,
): Record<string, string | number> {
  return {
    version: 1,
    lastUpdateId: Math.max(0, state.offset - 1),
    botId: of.bot,
    root: of.root,
    keys: state.keys.join(','),
    passed: state.passed.join(','),
    newestAt: state.newestAt,
  }
}

/**
 * Reads what was saved, by us or by OpenClaw. Update ids mean nothing to another bot, and are counted anew by another
 * server; message keys mean the same on every server.
 *
 * @returns `undefined` when it is a position of neither
 */
export function decodePosition(of: PositionOf, saved: unknown): LedgerState | undefined {
  if (saved === undefined || saved === null) return EMPTY_LEDGER
  if (!isRecord(saved)) return undefined
  const { version, lastUpdateId: last, botId, root, newestAt = 0 } = saved
  if (version !== 1 && version !== 2) return undefined
  if (last === null) return EMPTY_LEDGER
  const [keys, passed] = [saved.keys, saved.passed].map(listOf)
  if (!isCount(last) || !isCount(newestAt) || !keys || !passed) return undefined
  if (typeof botId !== 'string') return { ...EMPTY_LEDGER, settled: batchBefore(last + 1) }
  if (botId !== of.bot) return EMPTY_LEDGER
  const kept = { ...EMPTY_LEDGER, keys, passed, newestAt }
  const isSameServer = root === undefined || root === of.root
  return isSameServer && last > 0 ? { ...kept, offset: last + 1 } : kept
}

/** Whose bot it was is not said: enough to know its last batch again, should it come, and to skip nothing else. */
const batchBefore = (offset: number): readonly number[] =>
  Array.from({ length: Math.min(WINDOW, offset) }, (_, back) => offset - 1 - back)

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0

/** Absent in what OpenClaw wrote. */
function listOf(value: unknown): readonly string[] | undefined {
  if (value === undefined) return []
  return typeof value === 'string' ? value.split(',').filter((part) => part !== '') : undefined
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
