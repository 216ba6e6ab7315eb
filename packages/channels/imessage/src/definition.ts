import type {
  AccountId,
  ChannelAddress,
  ChannelDefinition,
  ChannelName,
  SenderId,
} from '@openclaw/pairing-contracts'
import { parseImessageSender } from './handle.ts'

/** The name of this channel, whatever it goes through. */
export const IMESSAGE: ChannelName = 'imessage' as ChannelName

/** The address of one account of this channel; the gate and the verbs refuse an account that is not well-formed. */
export function imessageAddress(account = 'default'): ChannelAddress {
  return { channel: IMESSAGE, account: account as AccountId }
}

/** What iMessage is, without a connection: for lists, the command line and the gate. */
export const imessageDefinition: ChannelDefinition = {
  name: IMESSAGE,
  idLabel: 'imessageSenderId',
  idLine: (senderId: SenderId) => `Your iMessage sender id: ${senderId}`,
  personal: true,
  // BlueBubbles refuses a second `tempGuid` only while the first is still queued; imsg has nothing like it.
  idempotentSend: false,
  // A handle stands for the chat with this person; a transport looks for it, or begins it.
  directTo: (senderId) => senderId,
  parseSender: parseImessageSender,
}
