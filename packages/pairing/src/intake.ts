import type {
  AbortSignalLike,
  AgentPort,
  ChannelHost,
  ChannelLog,
  Gate,
  GatedMessage,
  GateOutcome,
  InboundDm,
  OutboundText,
} from '@openclaw/pairing-contracts'
import type { Send } from './types.ts'
import type { WorkLog, WorkStage } from './work-log.ts'

/** What an {@link intake} works with. */
export interface IntakeComponents {
  readonly gate: Gate
  readonly agent: AgentPort
  readonly send: Send
  readonly work: WorkLog
  readonly log: ChannelLog
  /** Told of each outcome; for figures. */
  readonly observe: (inbound: InboundDm, outcome: GateOutcome['outcome']) => void
  readonly signal: AbortSignalLike
}

type Fields = Record<string, string | number | boolean>

const fieldsOf = (inbound: InboundDm): Fields => ({
  channel: inbound.channel,
  account: inbound.account,
  sender: inbound.senderId,
  message: inbound.messageKey,
})

/**
 * Leads the messages of one channel account through the gate: strangers get their code, approved messages go to the
 * agent and its answer goes back. Nobody is answered twice, and an approved message that was not handled leaves a log line.
 */
export function intake(components: IntakeComponents): Pick<ChannelHost, 'onMessage'> {
  return {
    onMessage: async (inbound) => {
      const outcome = await components.gate(inbound)
      components.observe(inbound, outcome.outcome)
      components.log('debug', 'gate', { ...fieldsOf(inbound), outcome: outcome.outcome })
      if (outcome.outcome === 'deliver') await handle(components, outcome.message)
      if (outcome.outcome === 'challenge') await challenge(components, inbound, outcome)
      return outcome.outcome
    },
  }
}

async function challenge(
  { send, log }: IntakeComponents,
  inbound: InboundDm,
  outcome: Extract<GateOutcome, { outcome: 'challenge' }>,
): Promise<void> {
  const fields = { ...fieldsOf(inbound), request: outcome.requestId }
  if (outcome.reply === undefined) return log('info', 'pairing-requested-silently', fields)
  const sent = await send({ ...outcome.reply, idempotencyKey: outcome.requestId })
  if (sent.outcome === 'sent') return log('info', 'pairing-requested', fields)
  // The request stays: the owner can still approve it from the list.
  log('warn', 'pairing-reply-not-sent', { ...fields, outcome: sent.outcome, reason: sent.reason })
}

async function handle(components: IntakeComponents, message: GatedMessage): Promise<void> {
  const key = `${message.channel}/${message.account}/${message.messageKey}`
  const stage = components.work.stageOf(key)
  if (stage === 'done') return
  const mark = marker(components, message, key)
  if (stage !== undefined && !mayRepeat(components, stage, message)) return mark('done')
  try {
    await mark('delivering')
    const answer = await components.agent.deliver(
      { idempotencyKey: key, message },
      components.signal,
    )
    if (answer.outcome === 'failed') {
      components.log('error', 'message-lost', { ...fieldsOf(message), reason: answer.reason })
    }
    if (answer.outcome === 'answered') {
      await mark('replying')
      await reply(components, message, { key, text: answer.text })
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown'
    components.log('error', 'message-lost', { ...fieldsOf(message), reason })
  }
  await mark('done')
}

/** A full disk must not keep approved people out: without the mark only a restart could repeat the message. */
function marker(
  { work, log }: IntakeComponents,
  message: InboundDm,
  key: string,
): (stage: WorkStage) => Promise<void> {
  return (stage) =>
    work.mark(key, stage).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : 'unknown'
      log('error', 'work-log-not-written', { ...fieldsOf(message), stage, reason })
    })
}

/** Whether a message that was under way at the last stop may be handled again; if not, says so. */
function mayRepeat(
  { agent, log }: IntakeComponents,
  stage: WorkStage,
  message: InboundDm,
): boolean {
  if (stage === 'delivering' && agent.idempotent) return true
  const what =
    stage === 'delivering'
      ? 'the gateway stopped while the agent had it; the agent may not have answered'
      : 'the gateway stopped while the answer was sent; it may not have arrived'
  log('error', 'message-interrupted', { ...fieldsOf(message), reason: what })
  return false
}

async function reply(
  { send, log }: IntakeComponents,
  message: InboundDm,
  answer: { readonly key: string; readonly text: string },
): Promise<void> {
  const outbound: OutboundText = {
    to: message.replyTo,
    text: answer.text,
    idempotencyKey: `re:${answer.key}`,
  }
  const sent = await send(outbound)
  if (sent.outcome === 'sent') return
  log('error', 'answer-not-sent', {
    ...fieldsOf(message),
    outcome: sent.outcome,
    reason: sent.reason,
  })
}
