import type { Chunks } from '@openclaw/pairing-channel-kit'
import type { AccountId, Clock, CursorStore, RandomBytes } from '@openclaw/pairing-contracts'
import type { CloudTiming } from '../limits.ts'

/** One business number behind the Cloud API, and what its connection works with. */
export interface CloudOptions {
  /** Meta's id of the number, from “API Setup”; not the number itself. */
  readonly phoneNumberId: string
  /** Of a system user, with whatsapp_business_messaging. Appears in no log, error or status. */
  readonly accessToken: string
  /** Of the app: what its webhooks are signed with. Appears in no log, error or status. */
  readonly appSecret: string
  /** The word that Meta shows when the webhook is set up. Appears in no log, error or status. */
  readonly verifyToken: string
  /** Where Meta brings messages, such as `/whatsapp/webhook`; no two accounts share one. */
  readonly webhookPath: string
  /** `https://graph.facebook.com` unless given; https, or http on this machine. */
  readonly apiRoot?: string
  readonly account: AccountId
  /** Keeps between runs what was handled, and what waits. */
  readonly cursor: CursorStore
  readonly clock: Clock
  readonly random: RandomBytes
  /** How long texts are cut; at 4,096 UTF-16 units unless given. */
  readonly chunks?: Chunks
  /** Changes single waits, for tests and unusual links. */
  readonly timing?: Partial<CloudTiming>
}
