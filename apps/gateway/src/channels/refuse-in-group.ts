import type { Send } from '@openclaw/pairing'
import type {
  ChannelLog,
  ChatCommands,
  InboundGroup,
  InboundIgnored,
} from '@openclaw/pairing-contracts'
import { inWords } from './supervise.ts'

/** What {@link refuseInGroup} works with. */
export interface RefuseComponents {
  readonly commands: ChatCommands
  readonly send: Send
  readonly complain: ChannelLog
}

/** Says in a group that commands are not for groups; the commands bound how often. */
export async function refuseInGroup(
  { commands, send, complain }: RefuseComponents,
  inbound: InboundGroup | InboundIgnored,
): Promise<void> {
  if (inbound.kind !== 'group' || inbound.command === undefined) return
  const { channel, account, groupId, command } = inbound
  const reply = commands.answerInGroup(inbound)
  if (reply === undefined) return
  const idempotencyKey = `re:${channel}/${account}/${command.messageKey}`
  const sent = await send({ to: command.replyTo, text: reply.text, idempotencyKey }).catch(
    (error: unknown) => ({ outcome: 'unknown' as const, reason: inWords(error) }),
  )
  if (sent.outcome === 'sent') return
  const { outcome, reason } = sent
  complain('warn', 'group-not-answered', { channel, account, group: groupId, outcome, reason })
}
