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
  type Read,
  readChoice,
  readObject,
  readText,
  readWhole,
  WRONG,
  wrong,
} from '../read/node.ts'
import { readSecret } from '../read/secret.ts'
import { readUrl } from '../read/url.ts'
import type { AgentConfig, GatewayConfig } from '../types.ts'

const LOG_FORMATS = ['auto', 'json', 'pretty'] as const

/** Keys of the section `pairing`, which is only ours. */
const KEYS = ['agent', 'devices', 'logFormat']
const ECHO_KEYS = ['kind']
const WEBHOOK_KEYS = ['kind', 'url', 'secret', 'secretEnv', 'timeoutMs', 'maxAttempts']

/** Standard Webhooks: 24 to 64 random bytes. */
const SECRET_BYTES = [24, 64] as const

/** Reads `pairing.logFormat`. */
export function readLogFormat(pairing: Node): GatewayConfig['logFormat'] {
  readObject(pairing)
  warnUnknownKeys(pairing, KEYS)
  return orNothing(readChoice(below(pairing, 'logFormat'), LOG_FORMATS)) ?? 'auto'
}

/** Reads `pairing.agent`. What cannot be used is an error, and `echo` stands in for it. */
export function readAgent(agent: Node): AgentConfig {
  readObject(agent)
  const kind = readChoice(below(agent, 'kind'), ['echo', 'webhook'] as const)
  if (agent.value !== undefined && kind === undefined)
    wrong(below(agent, 'kind'), 'is missing', 'Write kind: "echo" or kind: "webhook".')
  if (kind !== 'webhook') {
    if (kind === 'echo') warnUnknownKeys(agent, ECHO_KEYS)
    return { kind: 'echo' }
  }
  warnUnknownKeys(agent, WEBHOOK_KEYS)
  return readWebhook(agent)
}

function readWebhook(agent: Node): AgentConfig {
  const node = below(agent, 'url')
  const url = readUrl(node)
  if (url === undefined) wrong(node, 'is missing', 'Write the address that takes the messages.')
  const secret = readWebhookSecret(agent)
  const timeoutMs = orNothing(readWhole(below(agent, 'timeoutMs'), WEBHOOK_TIMEOUT_BOUNDS_MS))
  const maxAttempts = orNothing(readWhole(below(agent, 'maxAttempts'), [1, MAX_WEBHOOK_ATTEMPTS]))
  if (!(url instanceof URL) || typeof secret !== 'string') return { kind: 'echo' }
  return {
    kind: 'webhook',
    url: url.href,
    secret,
    timeoutMs: timeoutMs ?? DEFAULT_WEBHOOK_TIMEOUT_MS,
    maxAttempts: maxAttempts ?? DEFAULT_WEBHOOK_ATTEMPTS,
  }
}

function readWebhookSecret(agent: Node): Read<string> {
  const node = below(agent, 'secret')
  const written = readSecret(node)
  if (written === WRONG) return WRONG
  if (written !== undefined) return checkSecret(node, written)
  const named = below(agent, 'secretEnv')
  const name = readText(named, 128)
  if (name === WRONG) return WRONG
  if (name === undefined)
    return wrong(
      node,
      'is missing',
      'Write secret: "whsec_…", or secretEnv with a variable that has it.',
    )
  const value: unknown = agent.env[name]
  if (typeof value !== 'string' || value.trim() === '')
    return wrong(named, 'names an environment variable that is not set', 'Set it to "whsec_…".')
  return checkSecret(named, value.trim())
}

function checkSecret(node: Node, secret: string): Read<string> {
  const [least, most] = SECRET_BYTES
  const bytes = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1]
  const length = bytes === undefined ? 0 : Math.floor((bytes.replace(/=+$/, '').length * 3) / 4)
  if (length >= least && length <= most) return secret
  return wrong(
    node,
    `must be "whsec_" and ${String(least)} to ${String(most)} bytes in base64`,
    'Make one: echo "whsec_$(openssl rand -base64 32)"',
  )
}
