import type { ChannelHost } from '@openclaw/pairing-contracts'
import type { WebSelf } from './classify.ts'
import type { Current } from './life.ts'
import type { WebOptions } from './types.ts'

/** Where receipts go, and who gets them. */
export interface ReceiptOptions {
  readonly current: Current
  readonly wish: WebOptions['readReceipts']
  /** The owner of the account: nobody is told that they read what they wrote to themself. */
  readonly self: WebSelf
}

/** The host, with a sign to people who were let in that their message was read, where that is wished. */
export function readByUs(host: ChannelHost, { current, wish, self }: ReceiptOptions): ChannelHost {
  if (wish !== 'approved') return host
  return {
    ...host,
    onMessage: async (inbound) => {
      const outcome = await host.onMessage(inbound)
      const { messageKey, replyTo, senderId } = inbound
      if (outcome !== 'deliver' || self.ids.includes(senderId)) return outcome
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
