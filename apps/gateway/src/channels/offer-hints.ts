import type { ChannelConnection, ChatCommands, InboundDm } from '@openclaw/pairing-contracts'
import { OFFERED_CHATS } from '../limits.ts'

/**
 * Offers owners their commands while they type, where the platform can: once for each chat and run, and takes them away
 * from somebody who is no owner any more.
 */
export function offerHints(
  { offerCommands }: ChannelConnection,
  commands: ChatCommands,
): (message: InboundDm) => void {
  const offered = new Map<string, number>()
  return (message) => {
    if (offerCommands === undefined) return
    const hints = commands.hintsFor(message)
    if ((offered.get(message.replyTo) ?? 0) === hints.length) return
    if (offered.size >= OFFERED_CHATS) offered.clear()
    offered.set(message.replyTo, hints.length)
    void offerCommands(message.replyTo, hints)
  }
}
