import { type Chunks, mostPieces, sendParts, type Try, tried } from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, OutboundText, SendOutcome } from '@openclaw/pairing-contracts'
import { isPhoneNumber, uuidSender } from './definition.ts'
import { fateOf } from './fate.ts'
import { CHUNK_UNITS, MAX_CHUNKS, SEND_TRIES } from './limits.ts'
import type { Rpc } from './rpc.ts'
import { type MessagePart, messageParts } from './text.ts'

/** What sending works with. */
export interface Sender {
  readonly rpc: Rpc
  /** The account's phone number; a daemon of one account needs none. */
  readonly number: string | undefined
  /** How long texts are cut. */
  readonly chunks: Chunks
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
    const { chunks } = sender
    const parts = messageParts(text, { copyable, preformatted }, chunks)
    if (parts.length === 0) return { outcome: 'refused', reason: 'there is no text' }
    const most = mostPieces(MAX_CHUNKS, CHUNK_UNITS, chunks)
    if (parts.length > most)
      return { outcome: 'refused', reason: `the text is longer than ${String(most)} messages` }
    const { retryMs, stop } = sender
    const limits = { tries: SEND_TRIES, retryMs, stop }
    return sendParts(parts, (part) => tried(() => tryOnce(sender, recipient, part), limits))
  }
}

/** The form that the daemon takes: a number, or a uuid alone. */
function recipientOf(to: string): string | undefined {
  if (isPhoneNumber(to)) return to
  return uuidSender(to.replace(/^uuid:/, ''))?.replace('uuid:', '')
}

async function tryOnce(
  { rpc, number, timeoutMs }: Sender,
  recipient: string,
  { text, styles }: MessagePart,
): Promise<Try> {
  const params = {
    ...(number !== undefined && { account: number }),
    recipient: [recipient],
    message: text,
    ...(styles.length > 0 && { textStyle: styles }),
  }
  return fateOf(await rpc('send', params, { ms: timeoutMs }))
}
