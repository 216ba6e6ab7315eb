import type { ChannelAddress } from '@openclaw/pairing-contracts'

/** What the lease of an account is called, and the marks of what was handled on it. */
export function leaseNameOf({ channel, account }: ChannelAddress): string {
  return `channel/${channel}/${account}`
}
