import { type LoadComponents, loadSaved } from '@openclaw/pairing-channel-kit'
import type { ChannelLog } from '@openclaw/pairing-contracts'
import { isRecord } from './json.ts'
import { EMPTY_LEDGER, type LedgerState } from './ledger.ts'
import { WINDOW } from './limits.ts'

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

/**
 * Reads the saved position, again and again while it cannot be read. One that is damaged is reported and Telegram's own
 * is taken: it gives what was never confirmed.
 *
 * @returns `undefined` when the stop came first
 */
export async function loadPosition(
  of: PositionOf,
  components: LoadComponents,
): Promise<LedgerState | undefined> {
  const log: ChannelLog = (level, event, fields) =>
    components.log(level, event, { bot: of.bot, ...fields })
  const decode = (saved: unknown): LedgerState | undefined => decodePosition(of, saved)
  const form = { decode, empty: EMPTY_LEDGER, damaged: DAMAGED }
  const saved = await loadSaved(form, { ...components, log })
  for (const key of saved?.passed ?? []) {
    components.log('error', 'message-interrupted', { message: key, reason: INTERRUPTED })
  }
  return saved && { ...saved, passed: [] }
}

const DAMAGED =
  'the saved position is not one of ours; going on from what Telegram still keeps, which may repeat messages'
const INTERRUPTED =
  'the gateway stopped while this message was handled, and Telegram gives it no more'
