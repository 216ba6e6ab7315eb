import {
  DEFAULT_WEBHOOK_ATTEMPTS,
  DEFAULT_WEBHOOK_TIMEOUT_MS,
  MAX_WEBHOOK_ATTEMPTS,
  WEBHOOK_TIMEOUT_BOUNDS_MS,
} from '../limits.ts'
import { warnUnknownKeys } from '../read/keys.ts'
import {
  below,
  type Node,
  orNothing,
  readChoice,
  readObject,
  readWhole,
  wrong,
} from '../read/node.ts'
import type { SecretFiles } from '../read/secret.ts'
import type { AgentConfig, GatewayConfig } from '../types.ts'
import { readWebhook, WEBHOOK_KEYS } from './webhook.ts'

const LOG_FORMATS = ['auto', 'json', 'pretty'] as const

/** Keys of the section `pairing`, which is only ours. */
const KEYS = ['agent', 'devices', 'events', 'logFormat']
const ECHO_KEYS = ['kind']
const AGENT_KEYS = ['kind', ...WEBHOOK_KEYS, 'timeoutMs', 'maxAttempts']

/** Reads `pairing.logFormat`. */
export function readLogFormat(pairing: Node): GatewayConfig['logFormat'] {
  readObject(pairing)
  warnUnknownKeys(pairing, KEYS)
  return orNothing(readChoice(below(pairing, 'logFormat'), LOG_FORMATS)) ?? 'auto'
}

/** Reads `pairing.agent`. What cannot be used is an error, and `echo` stands in for it. */
export function readAgent(agent: Node, secrets: SecretFiles): AgentConfig {
  readObject(agent)
  const kind = readChoice(below(agent, 'kind'), ['echo', 'webhook'] as const)
  if (agent.value !== undefined && kind === undefined)
    wrong(below(agent, 'kind'), 'is missing', 'Write kind: "echo" or kind: "webhook".')
  if (kind !== 'webhook') {
    if (kind === 'echo') warnUnknownKeys(agent, ECHO_KEYS)
    return { kind: 'echo' }
  }
  warnUnknownKeys(agent, AGENT_KEYS)
  return readWebhookAgent(agent, secrets)
}

function readWebhookAgent(agent: Node, secrets: SecretFiles): AgentConfig {
  const webhook = readWebhook(agent, secrets, 'the messages')
  const timeoutMs = orNothing(readWhole(below(agent, 'timeoutMs'), WEBHOOK_TIMEOUT_BOUNDS_MS))
  const maxAttempts = orNothing(readWhole(below(agent, 'maxAttempts'), [1, MAX_WEBHOOK_ATTEMPTS]))
  if (webhook === undefined) return { kind: 'echo' }
  return {
    kind: 'webhook',
    ...webhook,
    timeoutMs: timeoutMs ?? DEFAULT_WEBHOOK_TIMEOUT_MS,
    maxAttempts: maxAttempts ?? DEFAULT_WEBHOOK_ATTEMPTS,
  }
}
