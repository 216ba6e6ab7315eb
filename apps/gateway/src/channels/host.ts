import { intake, type Send, type WorkLog } from '@openclaw/pairing'
import {
  type AgentPort,
  type ChannelConnection,
  type ChannelHost,
  type ChannelLog,
  type ChatCommands,
  type Gate,
  isOpenClawError,
} from '@openclaw/pairing-contracts'
import type { Metrics } from '../metrics.ts'
import { offerHints } from './offer-hints.ts'
import type { Recipients } from './recipients.ts'
import { refuseInGroup } from './refuse-in-group.ts'
import { inWords } from './supervise.ts'
import type { Traffic } from './traffic.ts'

/** What all channels share. */
export interface Shared {
  readonly gate: Gate
  /** Asked after the gate and before the agent. */
  readonly commands: ChatCommands
  readonly agent: AgentPort
  readonly log: ChannelLog
  /** A log for what each message may cause. */
  readonly complain: ChannelLog
  readonly metrics: Metrics
  readonly recipients: Recipients
  readonly traffic: Traffic
  readonly signal: AbortSignal
}

/** The connection's `send`, counted; who refuses is remembered. */
export function countedSend(
  { channel, account, send }: ChannelConnection,
  { metrics, recipients }: Pick<Shared, 'metrics' | 'recipients'>,
): Send {
  return async (message) => {
    const outcome = await send(message)
    metrics.sent(channel, outcome.outcome)
    recipients.wrote({ channel, account }, message.to, outcome)
    return outcome
  }
}

/** The agent, measured. */
export function countedAgent(agent: AgentPort, metrics: Metrics): AgentPort {
  return {
    idempotent: agent.idempotent,
    deliver: async (message, signal) => {
      const begun = performance.now()
      const answer = await agent.deliver(message, signal)
      metrics.agent(answer.outcome, performance.now() - begun)
      return answer
    },
  }
}

/** The gateway's side of one connection: every message goes through the gate. */
export function hostOf(shared: Shared, connection: ChannelConnection, work: WorkLog): ChannelHost {
  const { gate, commands, agent, log, complain, metrics, recipients, traffic, signal } = shared
  const send = countedSend(connection, shared)
  const offer = offerHints(connection, commands)
  const { onMessage } = intake({
    gate,
    commands,
    agent,
    send,
    work,
    log,
    signal,
    observe: metrics.gate,
  })
  return {
    log,
    onIgnored: (inbound) => {
      metrics.ignored(connection.channel)
      void refuseInGroup({ commands, send, complain }, inbound)
    },
    onMessage: (inbound) =>
      traffic.run(async () => {
        recipients.met(inbound)
        try {
          const outcome = await onMessage(inbound)
          if (outcome === 'deliver') offer(inbound)
          return outcome
        } catch (error) {
          // The gate cannot vouch for an answer: nobody is let in, and the channel offers the message again.
          metrics.gate(inbound, 'failed')
          const code = isOpenClawError(error) ? error.code : 'unknown'
          const { channel, account } = connection
          complain('error', 'gate-failed', {
            channel,
            account,
            code,
            reason: inWords(error),
          })
          throw error
        }
      }),
  }
}
