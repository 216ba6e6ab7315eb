import type { AbortSignalLike, AgentAnswer, AgentPort, Clock } from '@openclaw/pairing-contracts'
import { WebhookUrlRefused } from '../errors.ts'
import { isLoopback } from '../http/address.ts'
import { answerOf } from './answer.ts'
import { RETRY_BASE_MS, RETRY_MAX_MS } from './limits.ts'
import { type WebhookRequest, webhookRequest } from './webhook-request.ts'

/** Where approved messages go. */
export interface WebhookOptions {
  /** https, or http on this machine. Appears in no reason: it may hold a secret. */
  readonly url: string
  /** `whsec_…` */
  readonly secret: string
  /** For each try. */
  readonly timeoutMs: number
  readonly maxAttempts: number
}

/** What a {@link webhookAgent} works with. */
export interface WebhookComponents {
  readonly clock: Clock
  readonly fetch: typeof fetch
  /** Waits; ends early, without an error, when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

/**
 * Hands messages to a webhook, signed per Standard Webhooks. A try that the network, a time-out, a 5xx, 408 or 429
 * ended is made again with the same `webhook-id`, a bounded number of times; redirects are refused.
 *
 * @throws {@link WebhookUrlRefused}
 */
export function webhookAgent(options: WebhookOptions, components: WebhookComponents): AgentPort {
  const url = checkedUrl(options.url)
  return {
    idempotent: true,
    deliver: async (message, signal) => {
      const request = webhookRequest(message, options.secret)
      const stop = following(signal)
      try {
        return await tries({ components, options, url, request, signal: stop.signal })
      } finally {
        stop.unfollow()
      }
    },
  }
}

function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const name = url?.hostname.replace(/^\[|\]$/g, '') ?? ''
  const isHere = url?.protocol === 'http:' && (name === 'localhost' || isLoopback(name))
  if (url === undefined || (url.protocol !== 'https:' && !isHere)) throw new WebhookUrlRefused()
  return url
}

/** An `AbortSignal` of the platform that follows one of the ports. */
function following(signal: AbortSignalLike): { signal: AbortSignal; unfollow: () => void } {
  const controller = new AbortController()
  const abort = (): void => controller.abort()
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort)
  return {
    signal: controller.signal,
    unfollow: () => signal.removeEventListener('abort', abort),
  }
}

interface Delivery {
  readonly components: WebhookComponents
  readonly options: WebhookOptions
  readonly url: URL
  readonly request: WebhookRequest
  readonly signal: AbortSignal
}

/** Done, or worth another try, not before `retryAfterMs`. */
type Try =
  | { readonly done: AgentAnswer }
  | { readonly reason: string; readonly retryAfterMs: number }

const failed = (reason: string): AgentAnswer => ({ outcome: 'failed', reason })

async function tries(delivery: Delivery): Promise<AgentAnswer> {
  const { components, options, signal } = delivery
  for (let attempt = 1; ; attempt += 1) {
    const result = await tryOnce(delivery)
    if ('done' in result) return result.done
    if (signal.aborted) return failed('the gateway stopped')
    if (attempt >= options.maxAttempts) {
      return failed(attempt === 1 ? result.reason : `${result.reason}, ${String(attempt)} times`)
    }
    const backOffMs = RETRY_BASE_MS * 2 ** (attempt - 1)
    await components.sleep(Math.min(RETRY_MAX_MS, Math.max(backOffMs, result.retryAfterMs)), signal)
    if (signal.aborted) return failed('the gateway stopped')
  }
}

async function tryOnce(delivery: Delivery): Promise<Try> {
  const { components, options, url, request, signal } = delivery
  const limit = AbortSignal.timeout(options.timeoutMs)
  try {
    const response = await components.fetch(url, {
      method: 'POST',
      body: request.body,
      headers: request.headersAt(components.clock.now()),
      redirect: 'manual',
      signal: AbortSignal.any([signal, limit]),
    })
    if (response.ok) return { done: await answerOf(response) }
    await response.body?.cancel()
    return refused(response, components.clock.now())
  } catch (error) {
    const reason = limit.aborted
      ? `the agent did not answer within ${String(options.timeoutMs)} ms`
      : `the agent cannot be reached (${causeOf(error)})`
    return { reason, retryAfterMs: 0 }
  }
}

function refused({ status, headers }: Response, now: number): Try {
  if (status === 429 || status === 408 || status >= 500) {
    const reason = `the agent answered ${String(status)}`
    return { reason, retryAfterMs: retryAfterMs(headers.get('retry-after'), now) }
  }
  const isRedirect = status >= 300 && status < 400
  const what = `${String(status)}${isRedirect ? ', a redirect, which is not followed' : ''}`
  return { done: failed(`the agent answered ${what}`) }
}

/** Seconds, or a date. */
function retryAfterMs(header: string | null, now: number): number {
  if (header === null) return 0
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now
  return Number.isFinite(ms) ? Math.max(0, ms) : 0
}

/** `fetch` hides what happened in the cause; its code holds no address and no secret. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof Error && 'code' in cause) return String(cause.code)
  return error instanceof Error ? error.name : 'unknown'
}
