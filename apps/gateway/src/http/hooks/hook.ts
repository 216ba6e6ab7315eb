import type { ChannelAddress, WebhookAnswer, WebhookRequest } from '@openclaw/pairing-contracts'

/** An account that its platform calls. */
export interface Hook extends ChannelAddress {
  /** The path of its address, such as `/slack/events`; no two accounts share one. */
  readonly path: string
  /**
   * As a channel's webhook answers, wherever its connection is; `nowhere`: no gateway has it now, or none says so in time. Nothing
   * was done with the call then, or the platform may come with it again all the same.
   */
  readonly answer: (request: WebhookRequest) => Promise<WebhookAnswer | 'nowhere'>
  /** The same by the connection at this gateway alone; {@link answer} unless given. */
  readonly answerHere?: Hook['answer']
  /** False before its connection runs, and after it ended for whatever reason. */
  readonly isRunning: () => boolean
}
