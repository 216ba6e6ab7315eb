import { type Inbox, jsonOf, orNothing } from '@openclaw/pairing-channel-kit'
import type {
  AbortSignalLike,
  ChannelHost,
  ChannelLog,
  Clock,
  Inbound,
  InboundDm,
  WebhookAnswer,
  WebhookRequest,
} from '@openclaw/pairing-contracts'
import { isRecord, listOf } from '../json.ts'
import type { Memory } from './memory.ts'
import { isSameWord, isSigned } from './signature.ts'
import { type CloudChange, changesOf } from './split.ts'
import { type Statuses, statusesIn } from './statuses.ts'

/** What a webhook's messages are led to, while the account runs. */
export interface Receiving {
  readonly inbox: Pick<Inbox, 'receive' | 'holds'>
  readonly host: Pick<ChannelHost, 'log' | 'onIgnored'>
  readonly classify: (change: CloudChange) => Inbound
  readonly memory: Pick<Memory, 'knows' | 'tooOld' | 'note'>
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
  given: WebhookComponents,
): (request: WebhookRequest) => Promise<WebhookAnswer> {
  const components = { ...given, complain: staleness(given.clock) }
  return async (request) =>
    request.method === 'GET' ? challenge(components, request) : notified(components, request)
}

interface Complaining extends WebhookComponents {
  readonly complain: (log: ChannelLog, reason: string) => void
}

/** The same complaint is made once in so many ms: whoever repeats old webhooks must not fill the log with it. */
const STALE_MS = 60_000

function staleness({ now }: Clock): Complaining['complain'] {
  let last = Number.NEGATIVE_INFINITY
  return (log, why) => {
    if (now() - last < STALE_MS) return
    last = now()
    const reason = `a message is ${why}: check the clock of this machine, or somebody repeats what they recorded`
    log('warn', 'whatsapp-message-stale', { reason })
  }
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
  components: Complaining,
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
  components: Complaining,
  receiving: Receiving,
  change: CloudChange,
): Promise<'safe' | 'full'> {
  const { inbox, host, classify, memory } = receiving
  tellStatuses(components, host.log, change)
  const inbound = classify(change)
  if (inbound.kind === 'dm' && wasBrought(components, receiving, inbound))
    return Promise.resolve('safe')
  return new Promise((resolve) => {
    const heldMs = Math.max(0, components.clock.now() - sentAtOf(change))
    const ack = (): void => resolve('safe')
    const reception = inbox.receive({ payload: change, ack, heldMs })
    if (reception === 'full') resolve('full')
    else if (inbound.kind === 'dm') memory.note(inbound)
  })
}

/** A second time, or so late that this cannot be told. */
function wasBrought(
  { complain }: Complaining,
  { inbox, host, memory }: Receiving,
  inbound: InboundDm,
): boolean {
  // What is still open is to be acknowledged when it is handled.
  if (memory.knows(inbound)) return !inbox.holds(inbound.messageKey)
  const why = memory.tooOld(inbound)
  if (why === undefined) return false
  complain(host.log, why)
  host.onIgnored({ kind: 'ignore', why })
  return true
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
