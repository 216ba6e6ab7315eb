import {
  type Chunks,
  cutFor,
  mostPieces,
  pieces,
  reasonOf,
  sendParts,
  type Try,
  tried,
} from '@openclaw/pairing-channel-kit'
import type {
  AbortSignalLike,
  OutboundText,
  RandomBytes,
  SendOutcome,
} from '@openclaw/pairing-contracts'
import { jidSender } from '../ids.ts'
import type { Ack, Acks } from './acks.ts'
import { isWebRecord } from './fields.ts'
import { WEB_PARTS, WEB_SEND_TRIES, WEB_TEXT_UNITS, type WebTiming } from './limits.ts'
import { codeOf, type Link } from './link.ts'
import { drawMessageId } from './own-sends.ts'

/** What sending works with. */
export interface WebSender {
  /** The link, while it is open. */
  readonly link: () => Link | undefined
  readonly acks: Acks
  readonly random: RandomBytes
  /** How long texts are cut. */
  readonly chunks: Chunks
  readonly timing: WebTiming
  /** The reason why there is no link. */
  readonly why: () => string
  readonly redact: (text: string) => string
  readonly stop: () => AbortSignalLike | undefined
}

/**
 * Sends texts: tried again only while there is no connection. Once a text was handed over, WhatsApp's own answer says what
 * became of it; without one that is unknown, and it is not sent again.
 */
export function webSend(sender: WebSender): (message: OutboundText) => Promise<SendOutcome> {
  const { chunks, timing, stop } = sender
  const limits = { tries: WEB_SEND_TRIES, retryMs: timing.retryMs, stop }
  const most = mostPieces(WEB_PARTS, WEB_TEXT_UNITS, chunks)
  return async ({ to, text, copyable, preformatted }) => {
    const jid = jidOf(to)
    if (jid === undefined)
      return { outcome: 'refused', reason: 'the recipient is no chat with one person' }
    const parts = pieces(text, cutFor(WEB_TEXT_UNITS, chunks, [preformatted, copyable]))
    if (parts.length === 0) return { outcome: 'refused', reason: 'there is no text' }
    if (parts.length > most)
      return { outcome: 'refused', reason: `the text is longer than ${String(most)} messages` }
    return sendParts(parts, (part) => tried(() => sendOnce(sender, jid, part.text), limits))
  }
}

/** The very chat that was written from, or the one of a sender id. */
function jidOf(to: string): string | undefined {
  if (to.includes('@')) return jidSender(to) === undefined ? undefined : to
  const jid = to.startsWith('lid:') ? `${to.slice(4)}@lid` : `${to.replace('+', '')}@s.whatsapp.net`
  return jidSender(jid) === to ? jid : undefined
}

async function sendOnce(sender: WebSender, jid: string, text: string): Promise<Try> {
  const { acks, link, random, stop, timing, why } = sender
  const open = link()
  if (open === undefined) return { outcome: 'again', reason: why() }
  const id = drawMessageId(random)
  const answered = acks.wait(id, timing.sendMs, stop())
  const first = await Promise.race([answered, handOver(open, { jid, text, id })])
  if (first === undefined) return unknown(`WhatsApp did not answer within ${seconds(timing)} s`)
  if (first === 'cut') return unknown('the connection was lost before WhatsApp had answered')
  return 'thrown' in first ? fateOfThrown(first.thrown, sender.redact) : fateOfAck(id, first)
}

const seconds = ({ sendMs }: WebTiming): string => String(Math.round(sendMs / 1_000))
const unknown = (reason: string): Try => ({ outcome: 'unknown', reason })

interface Handed {
  readonly jid: string
  readonly text: string
  readonly id: string
}

/** Resolves only when the library fails: what it resolves with says that bytes were written, not that they arrived. */
function handOver({ socket }: Link, { jid, text, id }: Handed): Promise<{ thrown: unknown }> {
  return new Promise((resolve) => {
    const fail = (thrown: unknown): void => resolve({ thrown })
    try {
      socket.sendMessage(jid, { text, linkPreview: null }, { messageId: id }).then(() => {}, fail)
    } catch (error) {
      fail(error)
    }
  })
}

const NOT_CONNECTED = 428

/** What the numbers of WhatsApp's answers mean; with any other it was not taken either. */
const ACK_ERRORS: Readonly<Record<string, SendOutcome>> = {
  '404': { outcome: 'refused', reason: 'nobody has WhatsApp under this number (404)' },
  '406': { outcome: 'refused', reason: 'WhatsApp does not accept the recipient (406)' },
  '429': { outcome: 'failed', reason: 'WhatsApp lets this account send no more for a while (429)' },
  '463': {
    outcome: 'refused',
    reason:
      'WhatsApp lets this account begin no new chats just now (463); they have to write first',
  },
  '479': { outcome: 'failed', reason: 'WhatsApp rejected the message as malformed (479)' },
}

function fateOfAck(id: string, { error, at }: Ack): SendOutcome {
  if (error === undefined)
    return { outcome: 'sent', messageId: id, ...(at !== undefined && { sentAt: at }) }
  return (
    refusalOf(error) ?? { outcome: 'failed', reason: `WhatsApp did not take it (${plain(error)})` }
  )
}

const refusalOf = (code: string): SendOutcome | undefined =>
  Object.hasOwn(ACK_ERRORS, code) ? ACK_ERRORS[code] : undefined

const plain = (code: string): string => code.replaceAll(/[^\w-]/g, '').slice(0, 16)

/** The library asks WhatsApp for keys before it writes; what was refused there was never written. */
function fateOfThrown(thrown: unknown, redact: (text: string) => string): Try {
  const reason = redact(reasonOf(thrown))
  if (codeOf(thrown) === NOT_CONNECTED) return { outcome: 'again', reason }
  const said = isWebRecord(thrown) ? thrown['data'] : undefined
  const code = typeof said === 'number' || typeof said === 'string' ? String(said) : ''
  return refusalOf(code) ?? unknown(`the library failed: ${reason}`)
}
