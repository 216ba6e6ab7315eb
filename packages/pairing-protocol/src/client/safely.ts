import type { ChannelLog } from '@openclaw/pairing-contracts'

/** The name of an error; its message may hold what no log should. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}

/** Calls what an embedder gave; what it throws is logged and changes nothing. */
export function safely(log: ChannelLog, what: string, call: () => void): void {
  try {
    call()
  } catch (error) {
    log('error', 'client.callback.failed', { callback: what, error: nameOf(error) })
  }
}
