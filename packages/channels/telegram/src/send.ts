import type {
  AbortSignalLike,
  EpochMs,
  OutboundText,
  SendOutcome,
  SentMessage,
} from '@openclaw/pairing-contracts'
import type { Api } from 'grammy'
import { type Failure, failureOf } from './failure.ts'
import { isId } from './json.ts'
import {
  MAX_CHUNKS,
  MAX_RETRY_AFTER_MS,
  SEND_RETRY_MS,
  SEND_TIMEOUT_MS,
  SEND_TRIES,
} from './limits.ts'
import { type MessagePart, messageParts } from './text.ts'
import { redactor } from './token.ts'
import { pause, within } from './wait.ts'

/** The part of grammY's `Api` (`bot.api`) that sending needs. */
export type SendingApi = Pick<Api, 'token' | 'sendMessage'>

/** How sending is bounded. */
export interface SendLimits {
  readonly timeoutMs: number
  readonly retryMs: number
  /** Waits between tries end when this aborts. */
  readonly stop: () => AbortSignalLike | undefined
}

const DEFAULT_LIMITS: SendLimits = {
  timeoutMs: SEND_TIMEOUT_MS,
  retryMs: SEND_RETRY_MS,
  stop: () => undefined,
}

/** What one try came to: an outcome, or a reason to try again. */
type Try = SendOutcome | { readonly outcome: 'again'; readonly afterMs: number; reason: string }

/**
 * Sends texts through grammY's `Api`: at most 15 s a try and 3 tries, only when the platform is known not to have taken
 * it; `retry_after` obeyed up to 60 s; long texts in several messages; link previews off. Never rejects.
 */
export function telegramSend(
  api: SendingApi,
  limits: SendLimits = DEFAULT_LIMITS,
): (message: OutboundText) => Promise<SendOutcome> {
  return async ({ to, text, copyable, preformatted }) => {
    const parts = messageParts(text, { copyable, preformatted })
    const problem = problemOf(to, text, parts)
    if (problem !== undefined) return { outcome: 'refused', reason: problem }
    const sent: SentMessage[] = []
    for (const part of parts) {
      const outcome = await sendPart({ api, limits }, Number(to), part)
      if (outcome.outcome !== 'sent') return sent.length === 0 ? outcome : partly(sent, outcome)
      sent.push(outcome)
    }
    return whole(sent) ?? { outcome: 'refused', reason: 'there is no text' }
  }
}

function problemOf(to: string, text: string, parts: readonly MessagePart[]): string | undefined {
  if (!/^-?[1-9]\d{0,15}$/.test(to)) return 'the recipient is no Telegram chat id'
  if (text.trim() === '') return 'there is no text'
  if (parts.length > MAX_CHUNKS) return `the text is longer than ${MAX_CHUNKS} Telegram messages`
  return undefined
}

/** Named by its first part, and there when the last one is. */
function whole(parts: readonly SentMessage[]): SentMessage | undefined {
  const [first, ...others] = parts
  const sentAt = others.at(-1)?.sentAt ?? first?.sentAt
  return first && { ...first, ...(sentAt === undefined ? {} : { sentAt }) }
}

/** The reader has a part of the text, so it must not be sent anew. */
function partly(sent: readonly SendOutcome[], outcome: SendOutcome): SendOutcome {
  const reason = 'reason' in outcome ? outcome.reason : 'no reason'
  return { outcome: 'unknown', reason: `only the first ${sent.length} parts arrived: ${reason}` }
}

interface Sender {
  readonly api: SendingApi
  readonly limits: SendLimits
}

async function sendPart(sender: Sender, chatId: number, part: MessagePart): Promise<SendOutcome> {
  const { retryMs, stop } = sender.limits
  for (let left = SEND_TRIES - 1; ; left -= 1) {
    const result = await tryOnce(sender, chatId, part)
    if (result.outcome !== 'again') return result
    const { afterMs, reason } = result
    const wait = Math.max(afterMs, retryMs)
    if (left === 0 || afterMs > MAX_RETRY_AFTER_MS) return { outcome: 'failed', reason }
    await pause(wait, stop())
    if (stop()?.aborted) return { outcome: 'failed', reason: `${reason}; then stopped` }
  }
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
