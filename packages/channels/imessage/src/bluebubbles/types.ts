import type { Chunks } from '@openclaw/pairing-channel-kit'
import type { AccountId, Clock, CursorStore, RandomBytes } from '@openclaw/pairing-contracts'
import type { BlueBubblesTiming } from '../limits.ts'

/** One iMessage account behind a BlueBubbles server, and what its connection works with. */
export interface BlueBubblesOptions {
  /** Where the server is, such as `http://127.0.0.1:1234`; https, or http on this machine. */
  readonly serverUrl: string
  /** The server's own. Never logged. */
  readonly password: string
  readonly account: AccountId
  /** Where the gateway is called, such as `/bluebubbles-webhook`. */
  readonly webhookPath: string
  /** What a call of the webhook has to know; the password unless given. Never logged. */
  readonly webhookSecret?: string
  /** Where the Mac reaches `webhookPath`, path included, without the secret; it is registered there. Absent: the operator does. */
  readonly webhookUrl?: string
  /** Keeps between runs what came, how far was looked, and messages that a stop left unhandled. */
  readonly cursor: CursorStore
  readonly clock: Clock
  readonly random: RandomBytes
  /** How long texts are cut; at 4000 UTF-16 units unless given. */
  readonly chunks?: Chunks
  /** Changes single waits, for tests and unusual links. */
  readonly timing?: Partial<BlueBubblesTiming>
}
