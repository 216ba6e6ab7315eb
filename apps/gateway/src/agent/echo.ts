import type { AgentPort } from '@openclaw/pairing-contracts'

/** Says back what it was told: shows that a message came through. */
export const echoAgent: AgentPort = {
  idempotent: true,
  deliver: async ({ message }) => ({ outcome: 'answered', text: `echo: ${message.text}` }),
}
