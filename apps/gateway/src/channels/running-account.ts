import type { ChannelAddress } from '@openclaw/pairing-contracts'
import type { Sending } from '@openclaw/pairing-owner-notices'
import type { Hook } from '../http/hooks/hook.ts'
import type { ChannelReport } from '../readiness.ts'

/** An account that this gateway looks after, whether its connection is here now or not. */
export interface RunningAccount extends ChannelAddress {
  readonly report: () => ChannelReport
  /** To write to somebody who did not write just now. */
  readonly sending: Sending
  /** What its platform brings to this gateway; `undefined` where it brings nothing. */
  readonly hook: Hook | undefined
  /** Settles when it has ended and nothing is written any more. */
  readonly ended: Promise<void>
}
