import {
  type AbortSignalLike,
  type AgentPort,
  type ChannelHost,
  type ChannelLog,
  type ChatCommands,
  type Gate,
  type GatedMessage,
  type GateOutcome,
  type InboundDm,
  isOpenClawError,
} from '@openclaw/pairing-contracts'
import { answerOf, say } from './answering.ts'
import { fieldsOf, reasonOf } from './message-fields.ts'
import type { Send } from './types.ts'
import type { WorkBegun, WorkLog, WorkStage } from './work-log.ts'

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

/** Whoever has lost the message to another gateway says nothing more: it is answered there. */
async function handle(
  components: IntakeComponents,
  message: GatedMessage,
  key: string,
): Promise<void> {
  try {
    const stage = await begin(components, message, key)
    if (stage === 'elsewhere') components.log('debug', 'message-elsewhere', fieldsOf(message))
    else if (stage !== 'done') await goOn(components, message, { key, stage })
  } catch (error) {
    if (!isHandedOver(error)) throw error
    components.log('info', 'message-handed-over', fieldsOf(message))
  }
}

async function goOn(
  components: IntakeComponents,
  message: GatedMessage,
  {
    key,
    stage,
  }: { readonly key: string; readonly stage: Exclude<WorkBegun, 'elsewhere' | 'done'> },
): Promise<void> {
  const { commands, log } = components
  const mark = marker(components, message, key)
  const attempt = stage === 'new' ? 'first' : 'interrupted'
  const replies = await answerOf(commands, { message, log }, attempt)
  try {
    if (replies) {
      await mark('replying')
      await say(components, message, { key, replies })
    } else if (stage === 'new' || mayRepeat(components, stage, message)) {
      await askAgent(components, message, { key, mark })
    }
  } catch (error) {
    if (isHandedOver(error)) throw error
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

/** A full disk must not keep approved people out: without the mark only a restart could repeat the message. */
async function begin(
  components: IntakeComponents,
  message: InboundDm,
  key: string,
): Promise<WorkBegun> {
  try {
    return await components.work.begin(key)
  } catch (error) {
    // What gateways share has to know it first: the platform offers the message again.
    if (isOpenClawError(error)) throw error
    notWritten(components, message, { stage: 'delivering', error })
    return 'new'
  }
}

function marker(
  components: IntakeComponents,
  message: InboundDm,
  key: string,
): (stage: WorkStage) => Promise<void> {
  return (stage) =>
    components.work.mark(key, stage).catch((error: unknown) => {
      notWritten(components, message, { stage, error })
    })
}

function notWritten(
  { log }: IntakeComponents,
  message: InboundDm,
  { stage, error }: { readonly stage: WorkStage; readonly error: unknown },
): void {
  if (isHandedOver(error)) throw error
  log('error', 'work-log-not-written', { ...fieldsOf(message), stage, reason: reasonOf(error) })
}

function isHandedOver(error: unknown): boolean {
  return isOpenClawError(error) && error.code === 'ERR_WORK_HANDED_OVER'
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
