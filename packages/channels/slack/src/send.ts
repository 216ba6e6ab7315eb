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
import type { SlackApi } from './api.ts'
import { isMemberId } from './definition.ts'
import type { Failure } from './failure.ts'
import { CHUNK_UNITS, MAX_CHUNKS, MAX_RETRY_AFTER_MS, SEND_TRIES } from './limits.ts'
import { type MessagePart, messageParts } from './text.ts'

/** What sending works with. */
export interface Sender {
  readonly api: Pick<SlackApi, 'direct' | 'post'>
  /** How long texts are cut. */
  readonly chunks: Chunks
  /** Wait before another try when the platform named no time, in ms. */
  readonly retryMs: number
  /** Waits between tries end when this aborts. */
  readonly stop: () => AbortSignalLike | undefined
}

/** Where a text goes: a direct conversation, with the thread in it, or a member whose conversation is to be opened. */
interface Place {
  readonly channel: string
  readonly thread: string | undefined
}

const CONVERSATION = /^([CDG][A-Z0-9]{2,30})(?::(\d{1,12}\.\d{1,6}))?$/

/** Before these words nothing was posted, and a later try may do. */
const NOT_NOW = new Set(['ratelimited', 'rate_limited', 'request_timeout', 'accesslimited'])
/** Slack cannot say whether it posted. */
const UNSURE = new Set(['internal_error', 'fatal_error', 'service_unavailable'])

/**
 * Sends texts: at most 15 s a try and 3 tries, only when the platform is known not to have taken it; `Retry-After`
 * obeyed up to 60 s; long texts in several messages; no previews, mentions or markup. Never rejects.
 */
export function slackSend(sender: Sender): (message: OutboundText) => Promise<SendOutcome> {
  return async ({ to, text, copyable, preformatted }) => {
    const { chunks } = sender
    const parts = messageParts(text, { copyable, preformatted }, chunks)
    const problem = problemOf(parts, mostPieces(MAX_CHUNKS, CHUNK_UNITS, chunks))
    if (problem !== undefined) return { outcome: 'refused', reason: problem }
    const place = await placeOf(sender, to)
    if ('outcome' in place) return place
    return sendParts(parts, (part) => tried(() => postOnce(sender, place, part), limitsOf(sender)))
  }
}

function problemOf(parts: readonly MessagePart[], most: number): string | undefined {
  if (parts.length === 0) return 'there is no text'
  if (parts.length > most) return `the text is longer than ${String(most)} Slack messages`
  return undefined
}

const limitsOf = ({ retryMs, stop }: Sender): TryLimits => ({
  tries: SEND_TRIES,
  maxAfterMs: MAX_RETRY_AFTER_MS,
  ...{ retryMs, stop },
})

async function placeOf(sender: Sender, to: string): Promise<Place | SendOutcome> {
  const [, channel, thread] = CONVERSATION.exec(to) ?? []
  if (channel !== undefined) return { channel, thread }
  if (!isMemberId(to))
    return { outcome: 'refused', reason: 'the recipient is no Slack conversation or member' }
  let found: Place | undefined
  const outcome = await tried(async () => {
    const opened = await sender.api.direct(to)
    if (!opened.ok) return afterFailure(opened.failure, 'repeatable')
    found = { channel: opened.value, thread: undefined }
    return { outcome: 'sent' }
  }, limitsOf(sender))
  return found ?? outcome
}

async function postOnce(sender: Sender, place: Place, part: MessagePart): Promise<Try> {
  const posted = await sender.api.post({ ...place, ...part })
  if (!posted.ok) return afterFailure(posted.failure, 'once')
  const { ts } = posted.value
  const at = Math.floor(Number(ts) * 1_000)
  const time = Number.isSafeInteger(at) && at > 0 ? { sentAt: at as EpochMs } : {}
  return { outcome: 'sent', messageId: ts, ...time }
}

/** `repeatable`: a second time does no harm. */
function afterFailure(failure: Failure, call: 'repeatable' | 'once'): Try {
  const outcome = outcomeOf(failure, call === 'repeatable')
  const reason = failure.description
  if (outcome !== 'again') return { outcome, reason }
  return { outcome, reason, afterMs: failure.kind === 'limited' ? failure.retryAfterMs : 0 }
}

function outcomeOf(
  failure: Failure,
  repeatable: boolean,
): 'again' | 'refused' | 'failed' | 'unknown' {
  if (failure.kind === 'limited' || failure.kind === 'unreachable') return 'again'
  if (failure.kind === 'missing') return 'failed'
  if (failure.kind === 'answered' && NOT_NOW.has(failure.error)) return 'again'
  if (failure.kind === 'answered' && !UNSURE.has(failure.error)) return 'refused'
  return repeatable ? 'again' : 'unknown'
}
