import type { AbortSignalLike, OutboundText, SendOutcome } from '@openclaw/pairing-contracts'
import { isPhoneNumber, uuidSender } from './definition.ts'
import { type Fate, fateOf } from './fate.ts'
import { MAX_CHUNKS, SEND_TRIES } from './limits.ts'
import type { Rpc } from './rpc.ts'
import { type MessagePart, messageParts } from './text.ts'
import { pause } from './wait.ts'

/** What sending works with. */
export interface Sender {
  readonly rpc: Rpc
  /** The account's phone number; a daemon of one account needs none. */
  readonly number: string | undefined
  readonly timeoutMs: number
  readonly retryMs: number
  /** Waits between tries end when this aborts. */
  readonly stop: () => AbortSignalLike | undefined
}

/**
 * Sends texts through the daemon: tried again only where it is known not to have taken them, long ones in several
 * messages. Never rejects.
 */
export function signalSend(sender: Sender): (message: OutboundText) => Promise<SendOutcome> {
  return async ({ to, text, copyable, preformatted }) => {
    const recipient = recipientOf(to)
    if (recipient === undefined)
      return { outcome: 'refused', reason: 'the recipient is no phone number and no uuid' }
    const parts = messageParts(text, { copyable, preformatted })
    if (text.trim() === '') return { outcome: 'refused', reason: 'there is no text' }
    if (parts.length > MAX_CHUNKS)
      return { outcome: 'refused', reason: `the text is longer than ${MAX_CHUNKS} messages` }
    return sendParts(sender, recipient, parts)
  }
}

/** The form that the daemon takes: a number, or a uuid alone. */
function recipientOf(to: string): string | undefined {
  if (isPhoneNumber(to)) return to
  return uuidSender(to.replace(/^uuid:/, ''))?.replace('uuid:', '')
}

async function sendParts(
  sender: Sender,
  recipient: string,
  parts: readonly MessagePart[],
): Promise<SendOutcome> {
  let first: SendOutcome | undefined
  for (const [index, part] of parts.entries()) {
    const outcome = await sendPart(sender, recipient, part)
    if (outcome.outcome !== 'sent') return index === 0 ? outcome : partly(index, outcome)
    first ??= outcome
  }
  return first ?? { outcome: 'refused', reason: 'there is no text' }
}

/** The reader has a part of the text, so it must not be sent anew. */
function partly(count: number, outcome: SendOutcome): SendOutcome {
  const reason = 'reason' in outcome ? outcome.reason : 'no reason'
  return { outcome: 'unknown', reason: `only the first ${String(count)} parts arrived: ${reason}` }
}

async function sendPart(
  sender: Sender,
  recipient: string,
  part: MessagePart,
): Promise<SendOutcome> {
  for (let left = SEND_TRIES - 1; ; left -= 1) {
    const fate = await tryOnce(sender, recipient, part)
    if (fate.outcome !== 'again') return fate
    const { reason } = fate
    if (left === 0) return { outcome: 'failed', reason }
    await pause(sender.retryMs, sender.stop())
    if (sender.stop()?.aborted) return { outcome: 'failed', reason: `${reason}; then stopped` }
  }
}

async function tryOnce(
  { rpc, number, timeoutMs }: Sender,
  recipient: string,
  { text, styles }: MessagePart,
): Promise<Fate> {
  const params = {
    ...(number !== undefined && { account: number }),
    recipient: [recipient],
    message: text,
    ...(styles.length > 0 && { textStyle: styles }),
  }
  return fateOf(await rpc('send', params, { ms: timeoutMs }))
}
