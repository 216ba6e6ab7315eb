/** The pause after the first try that failed, in ms; each further one is twice as long. */
const BASE_MS = 500

/** How long to wait after the `attempt`-th try that failed, from 1 on; `maxMs` at most, whatever the receiver asks. */
export function pauseAfter(attempt: number, retryAfterMs: number, maxMs: number): number {
  return Math.min(maxMs, Math.max(BASE_MS * 2 ** (attempt - 1), retryAfterMs))
}
