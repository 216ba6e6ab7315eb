import type { AbortSignalLike, AgentAnswer, AgentPort } from '@openclaw/pairing-contracts'
import { pauseAfter } from '../webhook/pause.ts'
import { post, type WebhookComponents } from '../webhook/post.ts'
import type { SignedRequest } from '../webhook/signed-request.ts'
import { checkedUrl } from '../webhook/url.ts'
import { answerOf } from './answer.ts'
import { RETRY_MAX_MS } from './limits.ts'
import { messageRequest } from './message-request.ts'

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

/**
 * Hands messages to a webhook, signed per Standard Webhooks. A try that the network, a time-out, a 5xx, 408 or 429
 * ended is made again with the same `webhook-id`, a bounded number of times; redirects are refused.
 *
 * @throws {@link WebhookUrlRefused}
 */
export function webhookAgent(options: WebhookOptions, components: WebhookComponents): AgentPort {
  const url = checkedUrl(options.url, 'pairing.agent.url')
  return {
    idempotent: true,
    deliver: async (message, signal) => {
      const request = messageRequest(message, options.secret)
      const stop = following(signal)
      try {
        return await tries({ components, options, url, request, signal: stop.signal })
      } finally {
        stop.unfollow()
      }
    },
  }
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
  readonly request: SignedRequest
  readonly signal: AbortSignal
}

const failed = (reason: string): AgentAnswer => ({ outcome: 'failed', reason })

async function tries({ components, options, ...one }: Delivery): Promise<AgentAnswer> {
  const { timeoutMs, maxAttempts } = options
  const { signal } = one
  for (let attempt = 1; ; attempt += 1) {
    const posted = await post(components, {
      ...one,
      timeoutMs,
      receiver: 'the agent',
      read: answerOf,
    })
    if (posted.outcome === 'taken') return posted.answer
    if (posted.outcome === 'refused') return failed(posted.reason)
    if (signal.aborted) return failed('the gateway stopped')
    if (attempt >= maxAttempts) {
      return failed(attempt === 1 ? posted.reason : `${posted.reason}, ${String(attempt)} times`)
    }
    await components.sleep(pauseAfter(attempt, posted.retryAfterMs, RETRY_MAX_MS), signal)
    if (signal.aborted) return failed('the gateway stopped')
  }
}
