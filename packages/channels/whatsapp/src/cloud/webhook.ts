import { type Inbox, jsonOf, orNothing } from '@openclaw/pairing-channel-kit'
import type {
  AbortSignalLike,
  ChannelLog,
  Clock,
  WebhookAnswer,
  WebhookRequest,
} from '@openclaw/pairing-contracts'
import { isRecord, listOf } from '../json.ts'
import { isSameWord, isSigned } from './signature.ts'
import { type CloudChange, changesOf } from './split.ts'
import { type Statuses, statusesIn } from './statuses.ts'

/** What a webhook's messages are led to, while the account runs. */
export interface Receiving {
  readonly inbox: Pick<Inbox, 'receive'>
  readonly log: ChannelLog
  readonly signal: AbortSignalLike
}

/** What {@link webhookAnswer} works with. */
export interface WebhookComponents {
  readonly appSecret: string
  readonly verifyToken: string
  readonly phoneNumberId: string
  readonly clock: Clock
  readonly statuses: Pick<Statuses, 'take'>
  readonly redact: (text: string) => string
  /** Messages that are not safe by then are to be brought again, in ms. */
  readonly answerMs: number
  /** `undefined` while the account does not run. */
  readonly receiving: () => Receiving | undefined
}

const CHALLENGE = /^[\w-]{1,256}$/

/**
 * Answers Meta: the challenge when the webhook is entered in its console, and notifications. A signature that is wrong or
 * missing is 401, before anything is read; 200 means that every message was handled or written down; 503 that the same
 * notification is to be brought again.
 */
export function webhookAnswer(
  components: WebhookComponents,
): (request: WebhookRequest) => Promise<WebhookAnswer> {
  return async (request) =>
    request.method === 'GET' ? challenge(components, request) : notified(components, request)
}

function challenge({ verifyToken }: WebhookComponents, { query }: WebhookRequest): WebhookAnswer {
  const asked = new URLSearchParams(query)
  const text = asked.get('hub.challenge') ?? ''
  const isRight = verifyToken !== '' && isSameWord(asked.get('hub.verify_token') ?? '', verifyToken)
  if (asked.get('hub.mode') !== 'subscribe' || !isRight || !CHALLENGE.test(text))
    return { status: 403 }
  return { status: 200, body: text }
}

async function notified(
  components: WebhookComponents,
  { body, headers }: WebhookRequest,
): Promise<WebhookAnswer> {
  const { appSecret, receiving, answerMs } = components
  // An account without its secret has been told nothing by Meta.
  if (appSecret === '' || !isSigned(body, headers['x-hub-signature-256'], appSecret))
    return { status: 401 }
  const notification = jsonOf(new TextDecoder().decode(body))
  if (notification === undefined) return { status: 400 }
  const now = receiving()
  if (now === undefined || now.signal.aborted) return { status: 503 }
  const safe = changesOf(notification).map((change) => taken(components, now, change))
  const all = await orNothing(Promise.all(safe), answerMs, now.signal).catch(() => undefined)
  return { status: all?.every((each) => each === 'safe') ? 200 : 503 }
}

/** Resolves when the change need not be brought again; never where it could not be taken for now. */
function taken(
  components: WebhookComponents,
  { inbox, log }: Receiving,
  change: CloudChange,
): Promise<'safe' | 'full'> {
  tellStatuses(components, log, change)
  return new Promise((resolve) => {
    const heldMs = Math.max(0, components.clock.now() - sentAtOf(change))
    const ack = (): void => resolve('safe')
    if (inbox.receive({ payload: change, ack, heldMs }) === 'full') resolve('full')
  })
}

/** By Meta's clock; now where nothing says so. */
function sentAtOf({ value }: CloudChange): number {
  const [message] = listOf(value.messages)
  const seconds = Number(isRecord(message) ? message.timestamp : Number.NaN)
  return Number.isFinite(seconds) ? seconds * 1_000 : Number.POSITIVE_INFINITY
}

/** A refusal that comes when nobody waits for it any more can only be told to the owner. */
function tellStatuses(
  { statuses, redact, phoneNumberId }: WebhookComponents,
  log: ChannelLog,
  change: CloudChange,
): void {
  const { metadata } = change.value
  if (!isRecord(metadata) || metadata.phone_number_id !== phoneNumberId) return
  for (const { id, outcome } of statuses.take(statusesIn(change, redact))) {
    if (outcome.outcome === 'sent') continue
    log('warn', 'whatsapp-not-delivered', { message: id, reason: outcome.reason })
  }
}
