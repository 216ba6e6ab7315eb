import type { ChannelStatus, Clock } from '@openclaw/pairing-contracts'

/** How an account is doing, kept current. */
export interface StatusBoard {
  readonly now: () => ChannelStatus
  /** Takes the state; `since` moves only when it changed. The last error stays until there is another. */
  readonly set: (state: ChannelStatus['state'], lastError?: string) => void
  readonly message: () => void
}

/** Not started yet. */
export function statusBoard(clock: Clock): StatusBoard {
  let status: ChannelStatus = { state: 'stopped', since: clock.now() }
  return {
    now: () => status,
    set: (state, lastError) => {
      const now = clock.now()
      const since = state === status.state ? status.since : now
      const failed = lastError !== undefined && { lastError, lastErrorAt: now }
      status = { ...status, state, since, ...failed }
    },
    message: () => {
      status = { ...status, lastMessageAt: clock.now() }
    },
  }
}
