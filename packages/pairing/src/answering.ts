import type {
  ChannelLog,
  ChatCommands,
  ChatReply,
  CommandAttempt,
  InboundDm,
} from '@openclaw/pairing-contracts'
import { fieldsOf, reasonOf } from './message-fields.ts'
import type { Send } from './types.ts'

/** What answers are sent with. */
export interface Answering {
  readonly send: Send
  readonly log: ChannelLog
}

/** What is said to the writer of a message; the key is the message's own. */
export interface Answer {
  readonly key: string
  readonly replies: readonly ChatReply[]
}

const FAILED: readonly ChatReply[] = [
  { text: 'This could not be done. The log of the gateway says why; try again in a moment.' },
]

/** What the assistant itself answers; `undefined`: the message is for the agent. Never rejects. */
export async function answerOf(
  commands: ChatCommands | undefined,
  { message, log }: { readonly message: InboundDm; readonly log: ChannelLog },
  attempt: CommandAttempt,
): Promise<readonly ChatReply[] | undefined> {
  try {
    const replies = await commands?.answer(message, attempt)
    if (replies) log('info', 'command', { ...fieldsOf(message), attempt })
    return replies
  } catch (error) {
    log('error', 'command-failed', { ...fieldsOf(message), reason: reasonOf(error) })
    return FAILED
  }
}

/** Sends the replies in order. Once the platform refuses one for good, the rest is left unsaid. */
export async function say(
  answering: Answering,
  message: InboundDm,
  { key, replies }: Answer,
): Promise<void> {
  for (const [index, { onSent, ...text }] of replies.entries()) {
    const idempotencyKey = index === 0 ? `re:${key}` : `re:${key}:${String(index + 1)}`
    const sent = await answering.send({ ...text, to: message.replyTo, idempotencyKey })
    if (sent.outcome === 'sent') await noteSent(answering, message, () => onSent?.(sent))
    else {
      const { outcome, reason } = sent
      answering.log('error', 'answer-not-sent', { ...fieldsOf(message), outcome, reason })
    }
    if (sent.outcome === 'refused') return
  }
}

async function noteSent(
  { log }: Answering,
  message: InboundDm,
  note: () => Promise<void> | undefined,
): Promise<void> {
  await note()?.catch((error: unknown) => {
    log('error', 'answer-not-noted', { ...fieldsOf(message), reason: reasonOf(error) })
  })
}
