import { type Inbox, jsonOf } from '@openclaw/pairing-channel-kit'
import type {
  ChannelHost,
  ChannelWebhook,
  Clock,
  WebhookAnswer,
  WebhookRequest,
} from '@openclaw/pairing-contracts'
import { isRecord, isText, type UnknownRecord } from './json.ts'
import { signedBySlack } from './signature.ts'

/** What a running account takes events with. */
export interface Reception {
  readonly host: ChannelHost
  /** `undefined` until it is known whose messages they are. */
  readonly inbox: Inbox | undefined
}

/** What {@link slackWebhook} works with. */
export interface WebhookComponents {
  readonly path: string
  readonly signingSecret: string
  readonly clock: Clock
  /** How long an answer may take, in ms. */
  readonly answerMs: number
  /** `undefined` while the account does not run. */
  readonly reception: () => Reception | undefined
}

/** Where Slack posts events, and the answers that still wait. */
export interface SlackWebhook extends ChannelWebhook {
  /** Answers everything that waits: the account has stopped, and Slack is to post it again. */
  readonly release: () => void
}

const OK: WebhookAnswer = { status: 200 }
/** Slack posts it again, up to three times. */
const AGAIN: WebhookAnswer = { status: 503 }
const REFUSED: WebhookAnswer = { status: 401 }

/**
 * The HTTP Events API: an event is answered 200 when it was handled or written down, and 503 when it cannot be taken now.
 * Nothing is looked at before the signature was found right.
 */
export function slackWebhook(given: WebhookComponents): SlackWebhook {
  const waiting = new Set<() => void>()
  const components = { ...given, complain: staleness(given.clock) }
  return {
    path: given.path,
    answer: async (request) => answer(components, waiting, request),
    release: () => {
      for (const giveUp of waiting) giveUp()
    },
  }
}

/** Whoever repeats an old event must not fill the log with it. */
function staleness({ now }: Clock): (log: ChannelHost['log']) => void {
  let last = -STALE_MS
  return (log) => {
    if (now() - last < STALE_MS) return
    last = now()
    log('warn', 'slack-signature-stale', { reason: STALE })
  }
}

interface Complaining extends WebhookComponents {
  readonly complain: (log: ChannelHost['log']) => void
}

async function answer(
  components: Complaining,
  waiting: Set<() => void>,
  request: WebhookRequest,
): Promise<WebhookAnswer> {
  if (request.method !== 'POST') return { status: 405 }
  const { signingSecret, clock } = components
  const reception = components.reception()
  if (reception === undefined) return AGAIN
  const { log } = reception.host
  const signed = signedBySlack(request, signingSecret, clock.now())
  if (signed === 'stale') components.complain(log)
  if (signed !== 'right') return REFUSED
  const payload = jsonOf(new TextDecoder().decode(request.body))
  if (!isRecord(payload)) return { status: 400 }
  const { 'x-slack-retry-num': retry, 'x-slack-retry-reason': reason } = request.headers
  if (retry !== undefined) log('debug', 'slack-retried', { retry, reason: reason ?? '' })
  if (payload.type === 'url_verification') return challenged(payload, log)
  if (payload.type === 'app_rate_limited') {
    log('warn', 'slack-events-limited', { reason: LIMITED })
    return OK
  }
  return reception.inbox ? taken(components, waiting, { inbox: reception.inbox, payload }) : AGAIN
}

/** The same complaint is made once in so many ms. */
const STALE_MS = 60_000
const STALE =
  'an event was signed more than five minutes ago: check the clock of this machine, or somebody repeats what they overheard'
const LIMITED =
  'Slack counted more than 30,000 events of this workspace within an hour, and keeps some back'

function challenged({ challenge }: UnknownRecord, log: ChannelHost['log']): WebhookAnswer {
  if (!isText(challenge) || !/^[\x21-\x7e]{1,256}$/.test(challenge)) return { status: 400 }
  log('info', 'slack-url-verified', {})
  return { status: 200, body: challenge }
}

interface Event {
  readonly inbox: Inbox
  readonly payload: UnknownRecord
}

/** The answer is the acknowledgement. */
function taken(
  { answerMs }: WebhookComponents,
  waiting: Set<() => void>,
  { inbox, payload }: Event,
): Promise<WebhookAnswer> {
  return new Promise((resolve) => {
    const end = (answered: WebhookAnswer): void => {
      clearTimeout(timer)
      waiting.delete(giveUp)
      resolve(answered)
    }
    const giveUp = (): void => end(AGAIN)
    const timer = setTimeout(giveUp, answerMs)
    waiting.add(giveUp)
    if (inbox.receive({ payload, ack: () => end(OK) }) === 'full') giveUp()
  })
}
