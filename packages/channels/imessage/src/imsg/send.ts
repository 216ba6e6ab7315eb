import {
  type Chunks,
  isRecord,
  isText,
  sendParts,
  type Try,
  tried,
} from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, OutboundText, SendOutcome } from '@openclaw/pairing-contracts'
import { handleOf } from '../handle.ts'
import { messagesOf } from '../text.ts'
import { ImsgPermissionMissing } from './errors.ts'
import type { OwnWords } from './own-words.ts'
import type { Call, RpcAnswer } from './rpc.ts'
import { isAutomationMissing } from './trouble.ts'

/** What sending works with. */
export interface Sender {
  /** The running imsg; `undefined` when there is none for too long. */
  readonly ready: () => Promise<Call | undefined>
  readonly ownWords: OwnWords
  readonly redact: (text: string) => string
  readonly service: string
  readonly region: string
  /** How long texts are cut. */
  readonly chunks: Chunks
  readonly sendMs: number
  readonly retryMs: number
  /** Waits between tries end when this aborts. */
  readonly stop: () => AbortSignalLike | undefined
  /** imsg takes no more sends before it is started anew. */
  readonly onBlocked: () => void
  /** macOS does not let imsg send. */
  readonly onForbidden: (words: string) => void
}

/** Where a text goes, as `send` takes it. */
type Target = Readonly<Record<string, string | number>>

/** Sends texts, long ones in several messages; tried again only where none was taken. Never rejects. */
export function imsgSend(sender: Sender): (message: OutboundText) => Promise<SendOutcome> {
  return async (message) => {
    const { to } = message
    const target = targetOf(to, sender)
    if (target === undefined)
      return {
        outcome: 'refused',
        reason: 'the recipient is no chat, phone number or e-mail address',
      }
    const parts = messagesOf(message, sender.chunks)
    if ('problem' in parts) return { outcome: 'refused', reason: parts.problem }
    return sendParts(parts, (part) => tried(() => once(sender, { to, target, text: part }), sender))
  }
}

/** A chat that somebody wrote in is answered there; a handle is looked up, or gets a new chat. */
function targetOf(to: string, { service, region }: Sender): Target | undefined {
  const [, chatId] = /^chat_id:(\d{1,15})$/.exec(to) ?? []
  if (chatId !== undefined) return { chat_id: Number(chatId) }
  const guid = to.replace(/^chat_guid:/, '')
  if (guid.includes(';-;')) return { chat_guid: guid }
  const handle = handleOf(to)
  return handle === undefined ? undefined : { to: handle, service, region }
}

interface Part {
  readonly to: string
  readonly target: Target
  readonly text: string
}

async function once(sender: Sender, { to, target, text }: Part): Promise<Try> {
  const call = await sender.ready()
  if (call === undefined) return { outcome: 'again', reason: 'imsg is not running' }
  sender.ownWords.sent(to, text)
  const answer = await call('send', { ...target, text }, sender.sendMs)
  switch (answer.kind) {
    case 'unwritten':
      return { outcome: 'again', reason: answer.reason }
    case 'lost':
      return { outcome: 'unknown', reason: answer.reason }
    case 'error':
      return fateOf(sender, answer)
    case 'result':
      return sentOf(sender, answer.result)
  }
}

function sentOf({ ownWords }: Sender, result: unknown): Try {
  if (!isRecord(result) || result['ok'] === false)
    return { outcome: 'unknown', reason: 'imsg answered with nothing that is known' }
  const { guid } = result as { readonly guid?: unknown }
  if (!isText(guid)) return { outcome: 'sent' }
  ownWords.named(guid)
  return { outcome: 'sent', messageId: guid }
}

const BUSY = -32_000
const IN_FLIGHT = -32_001
const BLOCKED = -32_004
/** Requests that are wrong in themselves. */
const WRONG = [-32_600, -32_601, -32_602, -32_700]
/** Nobody there: Messages does not know the person or the chat. */
const NOBODY =
  /can.t get (?:buddy|participant|chat|text chat)|-1728|not (?:on|registered)|unreachable|no such/i
const TOO_LATE = /timed? ?out|-1712/i

function fateOf(
  { redact, onBlocked, onForbidden }: Sender,
  { code, message, data }: Extract<RpcAnswer, { kind: 'error' }>,
): Try {
  const reason = `imsg says: ${redact(message)} (${String(code)})`
  if (isAutomationMissing(message)) {
    const { message: problem, hint = '' } = new ImsgPermissionMissing('automation')
    onForbidden(`${problem}. ${hint}`)
    return { outcome: 'failed', reason: `${problem}. ${hint}` }
  }
  if (code === BUSY) return { outcome: 'again', reason }
  if (code === BLOCKED) {
    onBlocked()
    return { outcome: 'again', reason }
  }
  const { disposition } = isRecord(data) ? (data as { readonly disposition?: unknown }) : {}
  if (disposition === 'not_started') return { outcome: 'failed', reason }
  if (code === IN_FLIGHT || TOO_LATE.test(message)) return { outcome: 'unknown', reason }
  const isRefused = WRONG.includes(code) || NOBODY.test(message)
  return { outcome: isRefused ? 'refused' : 'failed', reason }
}
