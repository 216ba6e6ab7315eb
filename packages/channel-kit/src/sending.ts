import type { AbortSignalLike, SendOutcome, SentMessage } from '@openclaw/pairing-contracts'
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
  /** Between tries at least, in ms. */
  readonly retryMs: number
  /** A longer pause than this is not waited for, in ms; 60,000 unless given. */
  readonly maxAfterMs?: number
  /** Waits end when this aborts. */
  readonly stop: () => AbortSignalLike | undefined
}

/** Tries until it is decided, only where the platform is known not to have taken it. */
export async function tried(
  once: () => Promise<Try>,
  { tries = 3, retryMs, maxAfterMs = 60_000, stop }: TryLimits,
): Promise<SendOutcome> {
  for (let left = tries - 1; ; left -= 1) {
    const result = await once()
    if (result.outcome !== 'again') return result
    const { afterMs = 0, reason } = result
    if (left <= 0 || afterMs > maxAfterMs) return { outcome: 'failed', reason }
    await pause(Math.max(afterMs, retryMs), stop())
    if (stop()?.aborted) return { outcome: 'failed', reason: `${reason}; then stopped` }
  }
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
