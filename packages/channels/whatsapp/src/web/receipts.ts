import type { ChannelHost } from '@openclaw/pairing-contracts'
import type { Current } from './life.ts'
import type { WebOptions } from './types.ts'

/** Where receipts go, and who gets them. */
export interface ReceiptOptions {
  readonly current: Current
  readonly wish: WebOptions['readReceipts']
}

/** The host, with a sign to people who were let in that their message was read, where that is wished. */
export function readByUs(host: ChannelHost, { current, wish }: ReceiptOptions): ChannelHost {
  if (wish !== 'approved') return host
  return {
    ...host,
    onMessage: async (inbound) => {
      const outcome = await host.onMessage(inbound)
      if (outcome !== 'deliver') return outcome
      const { messageKey, replyTo, senderId } = inbound
      const id = messageKey.slice(senderId.length + 1)
      const key = { remoteJid: replyTo, id, fromMe: false }
      try {
        const sent = current.link?.socket.readMessages([key])
        sent?.catch(() => {})
      } catch {
        // Best effort.
      }
      return outcome
    },
  }
}
