import { createHash } from 'node:crypto'
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
  OutboundText,
  RandomBytes,
  SendOutcome,
} from '@openclaw/pairing-contracts'
import type { DiscordApi } from './api.ts'
import type { Failure } from './failure.ts'
import {
  CHANNELS_REMEMBERED,
  MAX_PARTS,
  MAX_PARTS_OF_LINES,
  MAX_RETRY_AFTER_MS,
  MAX_TEXT_UNITS,
  MESSAGE_UNITS,
} from './limits.ts'
import { type Remembered, remembered } from './remembered.ts'
import { isSnowflake, timeOf } from './snowflake.ts'
import { messageParts } from './text.ts'

/** What sending works with. */
export interface Sender {
  readonly api: Pick<DiscordApi, 'direct' | 'post'>
  readonly random: RandomBytes
  /** How often it is tried, and after what waits where the platform named no time. */
  readonly tries: Omit<TryLimits, 'stop' | 'maxAfterMs'>
  /** How long texts are cut. */
  readonly chunks: Chunks
  /** Waits between tries end when this aborts. */
  readonly stop: () => AbortSignalLike | undefined
}

const PERSON = /^user:(\d{17,20})$/
/** Discord takes no longer nonce. */
const NONCE_LENGTH = 25

/** What the codes of a refusal mean for who reads the list. */
const REASONS: Readonly<Record<number, string>> = {
  50007: 'they take no direct messages from this bot: closed, blocked, or no server in common',
  50278: 'they share no server with this bot any more',
  10003: 'the conversation does not exist any more',
  10013: 'there is no such user',
  50001: 'the bot has no access to the conversation',
}
/** Direct messages were opened too fast. */
const TOO_FAST = 40_003

/**
 * Sends texts: at most 15 s a try and as many tries as are allowed; `retry_after` obeyed up to 60 s; long texts in several messages; no previews,
 * mentions or markup. A try whose answer was lost is repeated with the same nonce, which Discord makes one message of.
 * Never rejects.
 */
export function discordSend(sender: Sender): (message: OutboundText) => Promise<SendOutcome> {
  const opened = remembered<string>(CHANNELS_REMEMBERED)
  return async ({ to, text, copyable, preformatted, idempotencyKey }) => {
    const { chunks } = sender
    if (text.length > MAX_TEXT_UNITS) return { outcome: 'refused', reason: 'the text is too long' }
    const parts = messageParts(text, { copyable, preformatted }, chunks)
    const problem = problemOf(parts, mostOf(chunks))
    if (problem !== undefined) return { outcome: 'refused', reason: problem }
    const place = await placeOf(sender, to, opened)
    if ('outcome' in place) return place
    const key = idempotencyKey ?? hex(sender.random(16))
    const numbered = parts.map((content, index) => ({
      content,
      channel: place.channel,
      nonce: nonceOf(`${place.channel}\n${key}\n${String(index)}`),
    }))
    return sendParts(numbered, (part) => sendPart(sender, part))
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const nonceOf = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, NONCE_LENGTH)

/** Few lines make many messages of a text that is not long. */
const mostOf = (chunks: Chunks): number =>
  chunks.lines === undefined ? mostPieces(MAX_PARTS, MESSAGE_UNITS, chunks) : MAX_PARTS_OF_LINES

function problemOf(parts: readonly string[], most: number): string | undefined {
  if (parts.length === 0) return 'there is no text'
  return parts.length > most
    ? `the text is longer than ${String(most)} Discord messages`
    : undefined
}

interface Place {
  readonly channel: string
}

async function placeOf(
  sender: Sender,
  to: string,
  opened: Remembered<string>,
): Promise<Place | SendOutcome> {
  if (isSnowflake(to)) return { channel: to }
  const [, person] = PERSON.exec(to) ?? []
  if (person === undefined)
    return { outcome: 'refused', reason: 'the recipient is no Discord channel or user' }
  const outcome = await tried(async () => {
    const known = opened.get(person)
    if (known !== undefined) return { outcome: 'sent' }
    const answer = await sender.api.direct(person)
    if (!answer.ok) return afterFailure(answer.failure)
    opened.set(person, answer.value)
    return { outcome: 'sent' }
  }, limitsOf(sender))
  const channel = opened.get(person)
  if (channel !== undefined) return { channel }
  // Nothing was written yet, whatever became of the opening.
  return outcome.outcome === 'unknown' ? { ...outcome, outcome: 'failed' } : outcome
}

const limitsOf = ({ tries, stop }: Sender): TryLimits => ({
  ...tries,
  maxAfterMs: MAX_RETRY_AFTER_MS,
  stop,
})

interface Part {
  readonly channel: string
  readonly content: string
  readonly nonce: string
}

async function sendPart(sender: Sender, part: Part): Promise<SendOutcome> {
  let isUnsure = false
  const outcome = await tried(async () => {
    const posted = await sender.api.post(part)
    if (posted.ok) return { outcome: 'sent', messageId: posted.value, sentAt: timeOf(posted.value) }
    isUnsure ||= posted.failure.kind === 'lost'
    return afterFailure(posted.failure)
  }, limitsOf(sender))
  if (!isUnsure || outcome.outcome === 'sent' || !('reason' in outcome)) return outcome
  return { outcome: 'unknown', reason: outcome.reason }
}

function afterFailure(failure: Failure): Try {
  const reason = failure.description
  if (failure.kind === 'limited') return { outcome: 'again', reason, afterMs: failure.retryAfterMs }
  if (failure.kind === 'unreachable' || failure.kind === 'lost') return { outcome: 'again', reason }
  if (failure.kind !== 'answered') return { outcome: 'failed', reason }
  if (failure.code === TOO_FAST) return { outcome: 'again', reason }
  const why = REASONS[failure.code]
  return { outcome: 'refused', reason: why === undefined ? reason : `${reason}: ${why}` }
}
