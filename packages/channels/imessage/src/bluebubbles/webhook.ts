import { createHash, timingSafeEqual } from 'node:crypto'
import { jsonOf } from '@openclaw/pairing-channel-kit'
import type { ChannelLog, Clock, WebhookAnswer, WebhookRequest } from '@openclaw/pairing-contracts'
import { MAX_SECRET_LENGTH, REFUSED_LOG_MS } from '../limits.ts'

/** What one event came to; `full`: it is looked for when there is room. */
export type Told = 'taken' | 'ignored' | 'full'

/** Takes events of the server while the account runs. */
export interface Intake {
  readonly tell: (event: unknown) => Told
  readonly log: ChannelLog
}

/** What answering works with. */
export interface WebhookComponents {
  /** Empty: nobody can call. */
  readonly secret: string
  /** `undefined` while the account does not run. */
  readonly intake: () => Intake | undefined
  readonly clock: Clock
}

/** Where the server, or a proxy before the gateway, may put the secret. */
const IN_QUERY = ['password', 'guid', 'token']
const IN_HEADERS = ['x-password', 'x-guid', 'authorization']

/**
 * Answers calls of the server: the secret is looked at first, in constant time, before anything of the body is read.
 * The server never asks twice and does not read the answer, so it waits for nothing: what a crash loses is looked for
 * afterwards. Never rejects.
 */
export function blueBubblesWebhook(
  components: WebhookComponents,
): (request: WebhookRequest) => Promise<WebhookAnswer> {
  const { secret, intake } = components
  const warn = refusals(components)
  return async (request) => {
    if (request.method !== 'POST') return { status: 405 }
    if (!knows(request, secret)) {
      warn(request)
      return { status: 401 }
    }
    const taking = intake()
    if (taking === undefined) return { status: 503 }
    const event = jsonOf(new TextDecoder().decode(request.body))
    if (event === undefined) return { status: 400 }
    return { status: taking.tell(event) === 'full' ? 503 : 200 }
  }
}

/** True when one of the places holds the secret. Each is compared, so that the time says nothing. */
function knows({ query, headers }: WebhookRequest, secret: string): boolean {
  if (secret === '') return false
  const written = new URLSearchParams(query.length > MAX_SECRET_LENGTH ? '' : query)
  const given = [
    ...IN_QUERY.flatMap((name) => written.getAll(name).slice(0, 4)),
    ...IN_HEADERS.flatMap((name) => headers[name] ?? []).map((text) =>
      text.replace(/^bearer\s+/i, ''),
    ),
  ]
  return given.map((each) => isSame(each, secret)).includes(true)
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

const isSame = (given: string, secret: string): boolean =>
  timingSafeEqual(digest(given.trim()), digest(secret.trim()))

/** Logs a refused call now and then: an old address may be called for a long time. */
function refusals({ clock, intake }: WebhookComponents): (request: WebhookRequest) => void {
  let loggedAt = Number.NEGATIVE_INFINITY
  return ({ query }) => {
    const now = clock.now()
    if (now - loggedAt < REFUSED_LOG_MS) return
    loggedAt = now
    const reason = query === '' ? 'it holds no secret' : 'it holds another secret'
    const fix =
      'In the BlueBubbles app, API & Webhooks, the address must end in ?password= and the webhookSecret, or the password where there is none.'
    intake()?.log('warn', 'bluebubbles-webhook-refused', { reason, fix })
  }
}
