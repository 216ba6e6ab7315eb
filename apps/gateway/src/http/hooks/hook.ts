import type { ChannelAddress, ChannelWebhook } from '@openclaw/pairing-contracts'

/** An account that its platform calls. */
export interface Hook extends ChannelAddress, ChannelWebhook {
  /** False before its connection runs, and after it ended for whatever reason. */
  readonly isRunning: () => boolean
}
