import type {
  AbortSignalLike,
  AgentPort,
  ChannelHost,
  ChannelLog,
  ChatCommands,
  Gate,
  GatedMessage,
  GateOutcome,
  InboundDm,
} from '@openclaw/pairing-contracts'
import { isOpenClawError } from '@openclaw/pairing-contracts'
import { answerOf, say } from './answering.ts'
import { fieldsOf, reasonOf } from './message-fields.ts'
import type { Send } from './types.ts'
import { type WorkBefore, WorkHandedOver, type WorkLog, type WorkStage } from './work-log.ts'

/** What an {@link intake} works with. */
export interface IntakeComponents {
  readonly gate: Gate
  /** Asked before the agent, after the gate; none unless given. */
  readonly commands?: ChatCommands | undefined
  readonly agent: AgentPort
  readonly send: Send
  readonly work: WorkLog
  readonly log: ChannelLog
  /** Told of each outcome; for figures. */
  readonly observe: (inbound: InboundDm, outcome: GateOutcome['outcome']) => void
  readonly signal: AbortSignalLike
}

/**
 * Leads the messages of one channel account through the gate: strangers get their code, approved messages go to the
 * commands of the assistant and then to the agent, and the answer goes back. Nobody is answered twice, no command is
 * carried out twice, and an approved message that was not handled leaves a log line.
 */
export function intake(components: IntakeComponents): Pick<ChannelHost, 'onMessage'> {
  const once = underWay()
  return {
    onMessage: async (inbound) => {
      const outcome = await components.gate(inbound)
      components.observe(inbound, outcome.outcome)
      components.log('debug', 'gate', { ...fieldsOf(inbound), outcome: outcome.outcome })
      if (outcome.outcome === 'deliver') {
        const { message } = outcome
        const key = `${message.channel}/${message.account}/${message.messageKey}`
        await once(key, () => handle(components, message, key))
      }
      if (outcome.outcome === 'challenge') await challenge(components, inbound, outcome)
      return outcome.outcome
    },
  }
}

/** A second delivery while the first is under way shares its end. */
function underWay(): (key: string, work: () => Promise<void>) => Promise<void> {
  const running = new Map<string, Promise<void>>()
  return (key, work) => {
    const before = running.get(key)
    if (before) return before
    const now = work().finally(() => running.delete(key))
    running.set(key, now)
    return now
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

async function handle(
  components: IntakeComponents,
  message: GatedMessage,
  key: string,
): Promise<void> {
  const { log } = components
  try {
    await work(components, message, key)
  } catch (error) {
    // Whoever has it now goes on with it: what is done here as well would be done twice.
    if (error instanceof WorkHandedOver)
      return log('info', 'message-handed-over', fieldsOf(message))
    throw error
  }
}

async function work(
  components: IntakeComponents,
  message: GatedMessage,
  key: string,
): Promise<void> {
  const { commands, log } = components
  const before = await begin(components, message, key)
  if (before === 'done') return
  if (before === 'elsewhere') return log('info', 'message-elsewhere', fieldsOf(message))
  const mark = marker(components, message, key)
  const attempt = before === 'new' ? 'first' : 'interrupted'
  const replies = await answerOf(commands, { message, log }, attempt)
  try {
    if (replies) {
      await mark('replying')
      await say(components, message, { key, replies })
    } else if (before === 'new' || mayRepeat(components, before, message)) {
      await askAgent(components, message, { key, mark })
    }
  } catch (error) {
    if (error instanceof WorkHandedOver) throw error
    log('error', 'message-lost', { ...fieldsOf(message), reason: reasonOf(error) })
  }
  await mark('done')
}

interface Marked {
  readonly key: string
  readonly mark: (stage: WorkStage) => Promise<void>
}

async function askAgent(
  components: IntakeComponents,
  message: GatedMessage,
  { key, mark }: Marked,
): Promise<void> {
  const { agent, log, signal } = components
  const answer = await agent.deliver({ idempotencyKey: key, message }, signal)
  if (answer.outcome === 'failed')
    log('error', 'message-lost', { ...fieldsOf(message), reason: answer.reason })
  if (answer.outcome !== 'answered') return
  await mark('replying')
  await say(components, message, { key, replies: [{ text: answer.text }] })
}

async function begin(
  { work, log }: IntakeComponents,
  message: InboundDm,
  key: string,
): Promise<WorkBefore> {
  try {
    return await work.begin(key)
  } catch (error) {
    // a log that others share has to know it first; the platform offers the message again
    if (isOpenClawError(error)) throw error
    notWritten(log, { ...fieldsOf(message), stage: 'delivering' }, error)
    return 'new'
  }
}

function marker(
  { work, log }: IntakeComponents,
  message: InboundDm,
  key: string,
): (stage: WorkStage) => Promise<void> {
  return (stage) =>
    work
      .mark(key, stage)
      .catch((error: unknown) => notWritten(log, { ...fieldsOf(message), stage }, error))
}

/** A full disk must not keep approved people out: without the mark only a restart could repeat the message. */
function notWritten(log: ChannelLog, fields: Parameters<ChannelLog>[2], error: unknown): void {
  if (error instanceof WorkHandedOver) throw error
  log('error', 'work-log-not-written', { ...fields, reason: reasonOf(error) })
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
