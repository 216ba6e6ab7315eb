import { setTimeout as sleep } from 'node:timers/promises'
import type { AgentConfig } from '@openclaw/pairing-config'
import type { AgentPort, EpochMs } from '@openclaw/pairing-contracts'
import { echoAgent } from './echo.ts'
import { webhookAgent } from './webhook.ts'

/** The agent that the configuration names. */
export function agentOf(config: AgentConfig): AgentPort {
  if (config.kind === 'echo') return echoAgent
  return webhookAgent(config, {
    clock: { now: () => Date.now() as EpochMs },
    fetch,
    sleep: (ms, signal) => sleep(ms, undefined, { signal, ref: false }).catch(() => {}),
  })
}
