import type { AccountId, Clock, CursorStore, RandomBytes } from '@openclaw/pairing-contracts'
import type { SlackTiming } from './limits.ts'

/** One app in one workspace, and what its connection works with. */
export interface SlackOptions {
  /** `xoxb-…`, from “OAuth & Permissions”. Appears in no log, error or status. */
  readonly botToken: string
  /** `xapp-…` with connections:write, from “Basic Information”. Appears in no log, error or status. */
  readonly appToken: string
  /** `https://slack.com/api` unless given; https, or http on this machine. */
  readonly apiRoot?: string
  readonly account: AccountId
  /** Keeps the position between runs: what was handled, and what waits. */
  readonly cursor: CursorStore
  readonly clock: Clock
  readonly random: RandomBytes
  /** Changes single waits, for tests and unusual links. */
  readonly timing?: Partial<SlackTiming>
}
