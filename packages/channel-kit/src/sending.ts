import type {
  AbortSignalLike,
  RandomBytes,
  SendOutcome,
  SentMessage,
} from '@openclaw/pairing-contracts'
import { pause } from './wait.ts'

/** What one try of a send came to: an outcome, or that nothing was taken and it may be tried again. */
export type Try =
  | SendOutcome
  | {
      readonly outcome: 'again'
      readonly reason: string
      /** As long as the platform asks for, in ms. */
      readonly afterMs?: number
    }

/** How tries are bounded. */
export interface TryLimits {
  /** 3 unless given. */
  readonly tries?: number
  /** Before the second try at least, in ms. */
  readonly retryMs: number
  /** Each wait is twice as long as the last, up to this, in ms; all are `retryMs` unless given. */
  readonly maxRetryMs?: number
  /** Each wait is longer by up to this share, so that many do not come at once; 0 unless given. Needs `random`. */
  readonly jitter?: number
  readonly random?: RandomBytes
  /** A longer pause than this is not waited for, in ms; 60,000 unless given. */
  readonly maxAfterMs?: number
  /** Waits end when this aborts. */
  readonly stop: () => AbortSignalLike | undefined
}

/** Tries until it is decided, only where the platform is known not to have taken it. */
export async function tried(once: () => Promise<Try>, limits: TryLimits): Promise<SendOutcome> {
  const { tries = 3, maxAfterMs = 60_000, stop } = limits
  for (let made = 1; ; made += 1) {
    const result = await once()
    if (result.outcome !== 'again') return result
    const { afterMs = 0, reason } = result
    if (made >= tries || afterMs > maxAfterMs) return { outcome: 'failed', reason }
    await pause(Math.max(afterMs, waitAfter(made, limits)), stop())
    if (stop()?.aborted) return { outcome: 'failed', reason: `${reason}; then stopped` }
  }
}

/** How long to wait after so many tries, in ms. */
function waitAfter(
  made: number,
  { retryMs, maxRetryMs = retryMs, jitter = 0, random }: TryLimits,
): number {
  const whole = Math.min(maxRetryMs, retryMs * 2 ** Math.min(made - 1, 30))
  const share = jitter === 0 ? 0 : (random?.(1)[0] ?? 0) / 255
  return Math.round(Math.min(Math.max(maxRetryMs, retryMs), whole * (1 + jitter * share)))
}

/** How often, and after what waits, a text is tried that the platform is known not to have taken. */
export interface Retry {
  /** In all, the first included. */
  readonly attempts: number
  /** Before the second try, in ms; each wait is twice as long as the last, up to `maxDelayMs`. */
  readonly minDelayMs: number
  readonly maxDelayMs: number
  /** Each wait is longer by up to this share. */
  readonly jitter: number
}

/** The same as bounds of {@link tried}. */
export function triesOf(
  { attempts, minDelayMs, maxDelayMs, jitter }: Retry,
  random: RandomBytes,
): Omit<TryLimits, 'stop'> {
  return { tries: attempts, retryMs: minDelayMs, maxRetryMs: maxDelayMs, jitter, random }
}

/** Sends parts one after another; when some arrived and one did not, the text must not be sent anew: `unknown`. */
export async function sendParts<Part>(
  parts: readonly Part[],
  send: (part: Part) => Promise<SendOutcome>,
): Promise<SendOutcome> {
  const sent: SentMessage[] = []
  for (const part of parts) {
    const outcome = await send(part)
    if (outcome.outcome !== 'sent')
      return sent.length === 0 ? outcome : partly(sent.length, outcome)
    sent.push(outcome)
  }
  return whole(sent) ?? { outcome: 'refused', reason: 'there is no text' }
}

/** Named by its first part, and there when the last one is. */
function whole(parts: readonly SentMessage[]): SentMessage | undefined {
  const [first, ...others] = parts
  const sentAt = others.at(-1)?.sentAt ?? first?.sentAt
  return first && { ...first, ...(sentAt === undefined ? {} : { sentAt }) }
}

function partly(count: number, outcome: Exclude<SendOutcome, SentMessage>): SendOutcome {
  return {
    outcome: 'unknown',
    reason: `only the first ${String(count)} parts arrived: ${outcome.reason}`,
  }
}
