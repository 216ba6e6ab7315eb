import { RACY_MS } from './limits.ts'

/** What was verified at a path, and since when it has looked like that. */
export interface Trust {
  readonly token: string
  readonly since: number
  readonly settled: boolean
}

/** True when nothing can have changed since it was verified: the same token, verified after it had settled. */
export function trusted(trust: Trust | undefined, token: string): boolean {
  return trust?.settled === true && trust.token === token
}

/**
 * Notes that what carries `token` was verified at `now` (ms). It settles when a verification finds the same token for
 * {@link RACY_MS}; a clock that was set back starts that again.
 */
export function verify(trust: Trust | undefined, token: string, now: number): Trust {
  if (trust?.token !== token || now < trust.since) return { token, since: now, settled: false }
  return { token, since: trust.since, settled: now - trust.since >= RACY_MS }
}
