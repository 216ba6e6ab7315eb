import { setTimeout as sleep } from 'node:timers/promises'
import type { EpochMs } from '@openclaw/pairing-contracts'
import type { WebhookComponents } from './post.ts'

/** This machine's clock and network. */
export function webhookComponents(): WebhookComponents {
  return {
    clock: { now: () => Date.now() as EpochMs },
    fetch,
    sleep: (ms, signal) => sleep(ms, undefined, { signal, ref: false }).catch(() => {}),
  }
}
