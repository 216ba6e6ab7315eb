import {
  type Chunks,
  mostPieces,
  sendParts,
  type Try,
  type TryLimits,
  tried,
} from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, OutboundText, SendOutcome } from '@openclaw/pairing-contracts'
import { isBsuid, isLid, isPhone } from '../ids.ts'
import { CLOUD_TEXT_UNITS, MAX_PARTS, MAX_RETRY_AFTER_MS, SEND_TRIES } from '../limits.ts'
import type { GraphApi } from './api.ts'
import type { Failure } from './failure.ts'
import { fateOf } from './fate.ts'
import type { Statuses } from './statuses.ts'
import { messageTexts } from './text.ts'

/** What sending works with. */
export interface Sender {
  readonly api: Pick<GraphApi, 'send'>
  readonly statuses: Pick<Statuses, 'of'>
  /** How long texts are cut. */
  readonly chunks: Chunks
  readonly retryMs: number
  readonly throttledMs: number
  /** Told of each failed try: the token, or the way to Meta, may be to blame. */
  readonly failed: (failure: Failure) => void
  /** Waits end when this aborts. */
  readonly stop: () => AbortSignalLike | undefined
}

type Recipient = { readonly to: string } | { readonly recipient: string }

/**
 * Sends texts: at most 15 s a try and 3 tries, only when Meta is known not to have taken it; throttling obeyed; long texts
 * in several messages; no previews. A refusal that Meta tells only afterwards counts where it comes at once. Never rejects.
 */
export function cloudSend(sender: Sender): (message: OutboundText) => Promise<SendOutcome> {
  const { chunks } = sender
  const most = mostPieces(MAX_PARTS, CLOUD_TEXT_UNITS, chunks)
  return async (message) => {
    const recipient = recipientOf(message.to)
    if (typeof recipient === 'string') return { outcome: 'refused', reason: recipient }
    const texts = messageTexts(message, chunks)
    const problem = problemOf(texts, most)
    if (problem !== undefined) return { outcome: 'refused', reason: problem }
    return sendParts(texts, (part) => sendPart(sender, recipient, part))
  }
}

/** The form that Meta takes: digits, or a business-scoped id; else why it is none. */
function recipientOf(to: string): Recipient | string {
  if (isPhone(to)) return { to: to.slice(1) }
  if (isBsuid(to)) return { recipient: to }
  return isLid(to)
    ? 'an id of WhatsApp Web means nothing to the Cloud API'
    : 'the recipient is no phone number and no business-scoped user id'
}

function problemOf(texts: readonly string[], most: number): string | undefined {
  if (texts.length === 0) return 'there is no text'
  if (texts.length > most) return `the text is longer than ${String(most)} WhatsApp messages`
  return undefined
}

async function sendPart(sender: Sender, to: Recipient, body: string): Promise<SendOutcome> {
  const { retryMs, stop, statuses } = sender
  const limits: TryLimits = { tries: SEND_TRIES, maxAfterMs: MAX_RETRY_AFTER_MS, retryMs, stop }
  const taken = await tried(() => tryOnce(sender, to, body), limits)
  if (taken.outcome !== 'sent' || taken.messageId === undefined) return taken
  return (await statuses.of(taken.messageId, stop())) ?? taken
}

async function tryOnce(
  { api, failed, throttledMs }: Sender,
  to: Recipient,
  body: string,
): Promise<Try> {
  const answer = await api.send({
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    ...to,
    type: 'text',
    text: { body, preview_url: false },
  })
  if (answer.ok) return { outcome: 'sent', messageId: answer.value }
  failed(answer.failure)
  return fateOf(answer.failure, throttledMs)
}
