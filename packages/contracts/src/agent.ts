import type { InboundDm } from './channel.ts'
import type { AbortSignalLike } from './store.ts'

/** What the agent gets: a message that the gate let through. */
export interface AgentMessage {
  /** The same for every delivery of the same message: `<channel>/<account>/<messageKey>`. */
  readonly idempotencyKey: string
  readonly message: InboundDm
}

/** What the agent said. */
export type AgentAnswer =
  | { readonly outcome: 'answered'; readonly text: string }
  | { readonly outcome: 'accepted' }
  | { readonly outcome: 'failed'; readonly reason: string }

/** Whoever answers messages: echo, a webhook, a function. Never rejects; bounded in time. */
export interface AgentPort {
  readonly deliver: (message: AgentMessage, signal: AbortSignalLike) => Promise<AgentAnswer>
  /** True when a second delivery with the same key does no harm. */
  readonly idempotent: boolean
}
