import type { GatedMessage, SenderId } from '@openclaw/pairing-contracts'
import type { OpenDoor } from '../../src/index.ts'

const GRACE_MS = 30_000

/** The least that a gate does; the real one is for channels' own tests. */
export const simpleDoor =
  (personal: boolean): OpenDoor =>
  async ({ policy }) => {
    const waiting = new Map<SenderId, string>()
    const approved = new Set<SenderId>()
    const says = policy === 'written' || !personal
    return {
      gate: async (inbound) => {
        if (inbound.kind !== 'dm')
          return { outcome: 'ignored', because: 'not-a-dm', reason: 'not a direct message' }
        const { senderId, replyTo, heldMs = 0 } = inbound
        if (approved.has(senderId)) {
          const message = inbound as GatedMessage
          return { outcome: 'deliver', message, grant: { via: 'store' }, reason: 'approved' }
        }
        if (personal && heldMs > GRACE_MS)
          return { outcome: 'ignored', because: 'backlog', reason: 'too late' }
        const code = `CODE-${senderId}`
        if (waiting.has(senderId))
          return { outcome: 'pending', requestId: code, reason: 'asked before' }
        waiting.set(senderId, code)
        const reply = says ? { to: replyTo, text: `Your code: ${code}` } : undefined
        return { outcome: 'challenge', requestId: code, reply, reason: 'a stranger' }
      },
      waiting: async () => [...waiting].map(([senderId, code]) => ({ senderId, code })),
      approve: async (typed) => {
        for (const [senderId, code] of waiting) {
          if (code !== typed) continue
          waiting.delete(senderId)
          approved.add(senderId)
        }
      },
    }
  }
