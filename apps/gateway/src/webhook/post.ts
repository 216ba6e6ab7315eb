import type { Clock } from '@openclaw/pairing-contracts'
import type { SignedRequest } from './signed-request.ts'

/** What a webhook works with. */
export interface WebhookComponents {
  readonly clock: Clock
  readonly fetch: typeof fetch
  /** Waits; ends early, without an error, when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

/** One try. */
export interface Post<T> {
  readonly url: URL
  readonly request: SignedRequest
  readonly timeoutMs: number
  /** Who is told, for the reasons: `the agent`. The address appears in none: it may hold a secret. */
  readonly receiver: string
  /** Reads a 2xx answer, within the same time. */
  readonly read: (response: Response) => Promise<T>
  readonly signal: AbortSignal
}

/** What became of a try. */
export type Posted<T> =
  | { readonly outcome: 'taken'; readonly answer: T }
  /** Another try would end the same. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** Worth another try, not before `retryAfterMs`. */
  | { readonly outcome: 'failed'; readonly reason: string; readonly retryAfterMs: number }

/** Sends once. The network, a time-out, a 5xx, 408 and 429 are failures; redirects are refused. Never rejects. */
export async function post<T>(
  { clock, fetch }: WebhookComponents,
  { url, request, timeoutMs, receiver, read, signal }: Post<T>,
): Promise<Posted<T>> {
  const limit = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: request.body,
      headers: request.headersAt(clock.now()),
      redirect: 'manual',
      signal: AbortSignal.any([signal, limit]),
    })
    if (response.ok) return { outcome: 'taken', answer: await read(response) }
    await response.body?.cancel()
    return notTaken(response, receiver, clock.now())
  } catch (error) {
    const reason = limit.aborted
      ? `${receiver} did not answer within ${String(timeoutMs)} ms`
      : `${receiver} cannot be reached (${causeOf(error)})`
    return { outcome: 'failed', reason, retryAfterMs: 0 }
  }
}

function notTaken<T>({ status, headers }: Response, receiver: string, now: number): Posted<T> {
  const reason = `${receiver} answered ${String(status)}`
  if (status === 429 || status === 408 || status >= 500) {
    return {
      outcome: 'failed',
      reason,
      retryAfterMs: retryAfterMs(headers.get('retry-after'), now),
    }
  }
  const isRedirect = status >= 300 && status < 400
  const more = isRedirect ? ', a redirect, which is not followed' : ''
  return { outcome: 'refused', reason: `${reason}${more}` }
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
