import type { CommandHint, InboundDm, InboundGroup, OutboundText, SentMessage } from './channel.ts'

/** One message of the assistant's own answer to a command. */
export interface ChatReply extends Pick<OutboundText, 'text' | 'copyable' | 'preformatted'> {
  /** Called once when the platform has taken it: from then on the reader may have seen it. */
  readonly onSent?: (sent: SentMessage) => Promise<void>
}

/** `interrupted`: the gateway stopped while this message was handled, and nobody knows how far it came. */
export type CommandAttempt = 'first' | 'interrupted'

/** What people write to the assistant itself, not to the agent behind it. Asked only after the gate let the message in. */
export interface ChatCommands {
  /**
   * The answer, in the order in which it is sent; `undefined` for what is no command of ours. What may have been done
   * is not done a second time for an `interrupted` message: the answer says so.
   */
  readonly answer: (
    message: InboundDm,
    attempt?: CommandAttempt,
  ) => Promise<readonly ChatReply[] | undefined>
  /** The answer to a command in a group; `undefined`: say nothing. Reveals nothing, and is bounded. */
  readonly answerInGroup: (group: InboundGroup) => ChatReply | undefined
  /** What the writer of a message may be offered while they type; empty: nothing. */
  readonly hintsFor: (message: InboundDm) => readonly CommandHint[]
}
