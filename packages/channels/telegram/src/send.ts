import {
  type Chunks,
  mostPieces,
  sendParts,
  type Try,
  type TryLimits,
  tried,
} from '@openclaw/pairing-channel-kit'
import type {
  AbortSignalLike,
  EpochMs,
  OutboundText,
  SendOutcome,
} from '@openclaw/pairing-contracts'
import type { Api } from 'grammy'
import { type Failure, failureOf } from './failure.ts'
import { within } from './grammy-signal.ts'
import { isId } from './json.ts'
import {
  CHUNK_UNITS,
  MAX_CHUNKS,
  MAX_RETRY_AFTER_MS,
  SEND_RETRY,
  SEND_TIMEOUT_MS,
} from './limits.ts'
import { type MessagePart, messageParts } from './text.ts'
import { redactor } from './token.ts'

/** The part of grammY's `Api` (`bot.api`) that sending needs. */
export type SendingApi = Pick<Api, 'token' | 'sendMessage'>

/** How sending is bounded. */
export interface SendLimits {
  /** One try, in ms. */
  readonly timeoutMs: number
  /** How often it is tried, and after what waits; 3 times unless given. */
  readonly tries?: Omit<TryLimits, 'stop' | 'maxAfterMs'>
  /** How long texts are cut; at 4000 UTF-16 units unless given. */
  readonly chunks?: Chunks
  /** Waits between tries end when this aborts. */
  readonly stop: () => AbortSignalLike | undefined
}

const DEFAULT_TRIES = {
  tries: SEND_RETRY.attempts,
  retryMs: SEND_RETRY.minDelayMs,
  maxRetryMs: SEND_RETRY.maxDelayMs,
}

const DEFAULT_LIMITS: SendLimits = {
  timeoutMs: SEND_TIMEOUT_MS,
  stop: () => undefined,
}

/**
 * Sends texts through grammY's `Api`: at most 15 s a try and 3 tries, only when the platform is known not to have taken
 * it; `retry_after` obeyed up to 60 s; long texts in several messages; link previews off. Never rejects.
 */
export function telegramSend(
  api: SendingApi,
  limits: SendLimits = DEFAULT_LIMITS,
): (message: OutboundText) => Promise<SendOutcome> {
  return async ({ to, text, copyable, preformatted }) => {
    const { chunks = {}, stop } = limits
    const parts = messageParts(text, { copyable, preformatted }, chunks)
    const problem = problemOf(to, parts, mostPieces(MAX_CHUNKS, CHUNK_UNITS, chunks))
    if (problem !== undefined) return { outcome: 'refused', reason: problem }
    const tries = { ...DEFAULT_TRIES, ...limits.tries, maxAfterMs: MAX_RETRY_AFTER_MS, stop }
    return sendParts(parts, (part) =>
      tried(() => tryOnce({ api, limits }, Number(to), part), tries),
    )
  }
}

function problemOf(to: string, parts: readonly MessagePart[], most: number): string | undefined {
  if (!/^-?[1-9]\d{0,15}$/.test(to)) return 'the recipient is no Telegram chat id'
  if (parts.length === 0) return 'there is no text'
  if (parts.length > most) return `the text is longer than ${String(most)} Telegram messages`
  return undefined
}

interface Sender {
  readonly api: SendingApi
  readonly limits: SendLimits
}

async function tryOnce({ api, limits }: Sender, chatId: number, part: MessagePart): Promise<Try> {
  const other = {
    entities: [...part.entities],
    link_preview_options: { is_disabled: true as const },
  }
  try {
    const { message_id: id, date } = await within(limits.timeoutMs, undefined, (signal) =>
      api.sendMessage(chatId, part.text, other, signal),
    )
    return { outcome: 'sent', messageId: String(id), ...timeOf(date) }
  } catch (error) {
    return afterFailure(failureOf(error, redactor(api.token)))
  }
}

/** A server of somebody else may answer anything. */
function timeOf(date: unknown): { readonly sentAt?: EpochMs } {
  if (!isId(date) || !Number.isSafeInteger(date * 1000)) return {}
  return { sentAt: (date * 1000) as EpochMs }
}

function afterFailure(failure: Failure): Try {
  const reason = failure.description
  if (failure.kind === 'unreachable') return { outcome: 'again', afterMs: 0, reason }
  if (failure.kind === 'lost') return { outcome: 'unknown', reason }
  if (failure.status === 429) {
    return { outcome: 'again', afterMs: failure.retryAfterMs ?? 0, reason }
  }
  // An error inside the platform or a proxy before it does not say whether the text went out.
  if (failure.status >= 500) return { outcome: 'unknown', reason }
  return { outcome: 'refused', reason }
}
