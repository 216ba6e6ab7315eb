import type { OpenClawError } from '@openclaw/pairing-contracts'
import type { StoreParts } from './open.ts'

/** How a store is doing. */
export interface PostgresHealth {
  /**
   * `stale`: the state is not known to be the latest, views and transactions throw {@link error} · `damaged`: the same, and
   * it does not mend itself · `read-only`: views answer, the server refused the last change for {@link error}
   */
  readonly state: 'ok' | 'stale' | 'read-only' | 'damaged'
  readonly error?: OpenClawError
  /** Of the server that it was opened on. */
  readonly serverVersion: string
  /** False where no notifications arrive (a pooler): then changes of others are seen within a second. */
  readonly listening: boolean
  /** How long ago the state was known to be the latest, in ms. */
  readonly confirmedMs: number
  /** The last transaction that views show. */
  readonly seq: number
}

/** As it is now. */
export function healthOf({ held, listener, refused, serverVersion }: StoreParts): PostgresHealth {
  const said = {
    serverVersion,
    listening: listener.isHearing(),
    confirmedMs: held.confirmedMs(),
    seq: held.seq(),
  }
  const problem = held.problem()
  if (problem) return { state: isDamage(problem) ? 'damaged' : 'stale', error: problem, ...said }
  const refusal = refused.last
  if (refusal && lasts.has(refusal.code)) return { state: 'read-only', error: refusal, ...said }
  return { state: 'ok', ...said }
}

function isDamage({ code }: OpenClawError): boolean {
  return (
    code === 'ERR_STORE_REPLACED' ||
    code === 'ERR_STORE_MOVED' ||
    code === 'ERR_STORE_EVENT_DAMAGED' ||
    code.startsWith('ERR_STORE_SCHEMA')
  )
}

/** What the next change meets as well. */
const lasts: ReadonlySet<string> = new Set([
  'ERR_STORE_DISK_FULL',
  'ERR_STORE_RIGHTS',
  'ERR_STORE_STANDBY',
  'ERR_STORE_SCHEMA_NEWER',
])
