import type { NodePairing } from '@openclaw/pairing/node'
import type { ChannelLog } from '@openclaw/pairing-contracts'
import { inWords } from '../channels/supervise.ts'
import { HEALTH_MS } from '../limits.ts'
import { lookAgain } from '../look-again.ts'

/**
 * Says once when the store can no longer vouch for its state, for another reason than before, and once when it can again.
 * What it said at the start is said already.
 */
export function followHealth(
  log: ChannelLog,
  { backend }: Pick<NodePairing, 'backend'>,
): { readonly stop: () => void } {
  const seen = (): { readonly state: string; readonly error?: Error } => backend.store.health()
  let { state, error } = seen()
  let since = performance.now()
  return lookAgain(HEALTH_MS, async () => {
    const now = seen()
    if (now.state === state && codeOf(now.error) === codeOf(error)) return
    if (now.state === 'ok') {
      log('info', 'store-usable-again', { afterMs: Math.round(performance.now() - since) })
    } else {
      if (state === 'ok') since = performance.now()
      const note = 'nobody is let in until it can be used again'
      log('error', 'store-not-usable', { state: now.state, reason: inWords(now.error), note })
    }
    state = now.state
    error = now.error
  })
}

function codeOf(error: Error | undefined): unknown {
  return error !== undefined && 'code' in error ? error.code : undefined
}
