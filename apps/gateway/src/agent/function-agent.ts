import type { AbortSignalLike, AgentMessage, AgentPort } from '@openclaw/pairing-contracts'
import { FUNCTION_MS } from '../limits.ts'

/** Answers one message; `undefined` or an empty text: nothing is sent back. */
export type AgentFunction = (
  message: AgentMessage,
  signal: AbortSignalLike,
) => Promise<string | undefined>

/** An {@link AgentPort} of any function: what it throws is a failed delivery, and it has five minutes. */
export function functionAgent(answer: AgentFunction): AgentPort {
  return {
    idempotent: false,
    deliver: async (message, signal) => {
      let timer: ReturnType<typeof setTimeout> | undefined
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('no answer within 5 minutes')), FUNCTION_MS)
        timer.unref()
      })
      try {
        const text = await Promise.race([answer(message, signal), late])
        const isText = text !== undefined && text !== ''
        return isText ? { outcome: 'answered', text } : { outcome: 'accepted' }
      } catch (error) {
        return { outcome: 'failed', reason: error instanceof Error ? error.message : 'unknown' }
      } finally {
        clearTimeout(timer)
      }
    },
  }
}
