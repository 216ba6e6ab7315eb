import { createHash, timingSafeEqual } from 'node:crypto'
import { jsonOf } from '@openclaw/pairing-channel-kit'
import type { ChannelLog, Clock, WebhookAnswer, WebhookRequest } from '@openclaw/pairing-contracts'
import { MAX_SECRET_LENGTH, REFUSED_LOG_MS, WRONG_SECRETS, WRONG_SECRETS_MS } from '../limits.ts'

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
 * afterwards. A secret that a person chose can be guessed, from many addresses: after a few wrong ones within a minute
 * nobody is let try until it is over, the server included, whose messages are looked for meanwhile. Never rejects.
 */
export function blueBubblesWebhook(
  components: WebhookComponents,
): (request: WebhookRequest) => Promise<WebhookAnswer> {
  const { secret, intake } = components
  const warn = refusals(components)
  const wrong = wrongSecrets(components.clock)
  return async (request) => {
    if (request.method !== 'POST') return { status: 405 }
    if (wrong.areTooMany()) return { status: 429 }
    const given = secretsIn(request)
    if (!isAmong(given, secret)) {
      wrong.add(given.length)
      warn(request, wrong.areTooMany() ? 'guessed' : 'refused')
      return { status: 401 }
    }
    const taking = intake()
    if (taking === undefined) return { status: 503 }
    const event = jsonOf(new TextDecoder().decode(request.body))
    if (event === undefined) return { status: 400 }
    return { status: taking.tell(event) === 'full' ? 503 : 200 }
  }
}

/** What stands where a secret may stand. */
function secretsIn({ query, headers }: WebhookRequest): readonly string[] {
  const written = new URLSearchParams(query.length > MAX_SECRET_LENGTH ? '' : query)
  const given = [
    ...IN_QUERY.flatMap((name) => written.getAll(name).slice(0, 4)),
    ...IN_HEADERS.flatMap((name) => headers[name] ?? []).map((text) =>
      text.replace(/^bearer\s+/i, ''),
    ),
  ]
  return given.filter((each) => each.trim() !== '')
}

/** Each is compared, so that the time says nothing. */
const isAmong = (given: readonly string[], secret: string): boolean =>
  given.map((each) => isSame(each, secret)).includes(true)

/** Counts wrong secrets, whoever gave them, a minute at a time. */
function wrongSecrets({ now }: Clock): {
  readonly areTooMany: () => boolean
  readonly add: (count: number) => void
} {
  let since = Number.NEGATIVE_INFINITY
  let wrong = 0
  const isOver = (): boolean => now() - since >= WRONG_SECRETS_MS || now() < since
  return {
    areTooMany: () => wrong >= WRONG_SECRETS && !isOver(),
    add: (count) => {
      if (count === 0) return
      if (isOver()) [since, wrong] = [now(), 0]
      wrong += count
    },
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

const isSame = (given: string, secret: string): boolean =>
  timingSafeEqual(digest(given.trim()), digest(secret.trim()))

/** Logs a refused call now and then: an old address may be called for a long time. */
function refusals({
  clock,
  intake,
}: WebhookComponents): (request: WebhookRequest, what: 'refused' | 'guessed') => void {
  const loggedAt = { refused: Number.NEGATIVE_INFINITY, guessed: Number.NEGATIVE_INFINITY }
  return ({ query }, what) => {
    const now = clock.now()
    if (now - loggedAt[what] < REFUSED_LOG_MS) return
    loggedAt[what] = now
    const refused = query === '' ? 'it holds no secret' : 'it holds another secret'
    const reason = what === 'refused' ? refused : GUESSED
    const fix =
      'In the BlueBubbles app, API & Webhooks, the address must end in ?password= and the webhookSecret, or the password where there is none.'
    intake()?.log('warn', 'bluebubbles-webhook-refused', { reason, fix })
  }
}

const GUESSED =
  'too many wrong secrets within a minute; calls are refused until it is over, and messages are asked for'
