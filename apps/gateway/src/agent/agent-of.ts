import type { AgentConfig } from '@openclaw/pairing-config'
import type { AgentPort } from '@openclaw/pairing-contracts'
import { webhookComponents } from '../webhook/components.ts'
import { echoAgent } from './echo.ts'
import { webhookAgent } from './webhook.ts'

/** The agent that the configuration names. */
export function agentOf(config: AgentConfig): AgentPort {
  return config.kind === 'echo' ? echoAgent : webhookAgent(config, webhookComponents())
}
