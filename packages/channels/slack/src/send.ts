import type {
  AbortSignalLike,
  EpochMs,
  OutboundText,
  SendOutcome,
  SentMessage,
} from '@openclaw/pairing-contracts'
import type { Answer, SlackApi } from './api.ts'
import { isMemberId } from './definition.ts'
import type { Failure } from './failure.ts'
import { MAX_CHUNKS, MAX_RETRY_AFTER_MS, SEND_TRIES } from './limits.ts'
import { type MessagePart, messageParts } from './text.ts'
import { pause } from './wait.ts'

/** What sending works with. */
export interface Sender {
  readonly api: Pick<SlackApi, 'direct' | 'post'>
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
    const parts = messageParts(text, { copyable, preformatted })
    const problem = problemOf(text, parts)
    if (problem !== undefined) return { outcome: 'refused', reason: problem }
    const place = await placeOf(sender, to)
    if ('outcome' in place) return place
    const sent: SentMessage[] = []
    for (const part of parts) {
      const outcome = await postPart(sender, place, part)
      if (outcome.outcome !== 'sent') return sent.length === 0 ? outcome : partly(sent, outcome)
      sent.push(outcome)
    }
    return whole(sent) ?? { outcome: 'refused', reason: 'there is no text' }
  }
}

function problemOf(text: string, parts: readonly MessagePart[]): string | undefined {
  if (text.trim() === '') return 'there is no text'
  if (parts.length > MAX_CHUNKS) return `the text is longer than ${MAX_CHUNKS} Slack messages`
  return undefined
}

async function placeOf(sender: Sender, to: string): Promise<Place | SendOutcome> {
  const [, channel, thread] = CONVERSATION.exec(to) ?? []
  if (channel !== undefined) return { channel, thread }
  if (!isMemberId(to))
    return { outcome: 'refused', reason: 'the recipient is no Slack conversation or member' }
  const opened = await tried(sender, { call: () => sender.api.direct(to), repeatable: true })
  return 'outcome' in opened ? opened : { channel: opened.value, thread: undefined }
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

async function postPart(sender: Sender, place: Place, part: MessagePart): Promise<SendOutcome> {
  const call = () => sender.api.post({ ...place, ...part })
  const posted = await tried(sender, { call, repeatable: false })
  if ('outcome' in posted) return posted
  const { ts } = posted.value
  const at = Math.floor(Number(ts) * 1_000)
  const time = Number.isSafeInteger(at) && at > 0 ? { sentAt: at as EpochMs } : {}
  return { outcome: 'sent', messageId: ts, ...time }
}

interface Step<T> {
  readonly call: () => Promise<Answer<T>>
  /** A second time does no harm. */
  readonly repeatable: boolean
}

async function tried<T>(
  { retryMs, stop }: Sender,
  { call, repeatable }: Step<T>,
): Promise<{ readonly value: T } | SendOutcome> {
  for (let left = SEND_TRIES - 1; ; left -= 1) {
    const answer = await call()
    if (answer.ok) return { value: answer.value }
    const { failure } = answer
    const reason = failure.description
    const outcome = outcomeOf(failure, repeatable)
    if (outcome !== 'again') return { outcome, reason }
    const afterMs = failure.kind === 'limited' ? failure.retryAfterMs : 0
    if (left === 0 || afterMs > MAX_RETRY_AFTER_MS) return { outcome: 'failed', reason }
    await pause(Math.max(afterMs, retryMs), stop())
    if (stop()?.aborted) return { outcome: 'failed', reason: `${reason}; then stopped` }
  }
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
