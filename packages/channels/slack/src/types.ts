import type { Chunks } from '@openclaw/pairing-channel-kit'
import type { AccountId, Clock, CursorStore, RandomBytes } from '@openclaw/pairing-contracts'
import type { SlackTiming } from './limits.ts'

/** How Slack posts events. */
export interface SlackHttp {
  /** From “Basic Information”, App Credentials. Appears in no log, error or status. */
  readonly signingSecret: string
  /** The path of the Request URL, such as `/slack/events`. */
  readonly path: string
}

/** One app in one workspace, and what its connection works with. */
export interface SlackOptions {
  /** `xoxb-…`, from “OAuth & Permissions”. Appears in no log, error or status. */
  readonly botToken: string
  /** For Socket Mode: `xapp-…` with connections:write, from “Basic Information”. Appears in no log, error or status. */
  readonly appToken?: string
  /** Slack posts events instead, to an address that leads to the connection's `webhook`; no app token is needed then. */
  readonly http?: SlackHttp
  /** `https://slack.com/api` unless given; https, or http on this machine. */
  readonly apiRoot?: string
  readonly account: AccountId
  /** Keeps the position between runs: what was handled, and what waits. */
  readonly cursor: CursorStore
  readonly clock: Clock
  readonly random: RandomBytes
  /** How long texts are cut; at 4000 UTF-16 units unless given. */
  readonly chunks?: Chunks
  /** Changes single waits, for tests and unusual links. */
  readonly timing?: Partial<SlackTiming>
}
