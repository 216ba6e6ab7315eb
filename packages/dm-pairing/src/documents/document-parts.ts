import type {
  ChannelAddress,
  ChannelDefinition,
  ChannelName,
  DocumentRefusal,
  PolicyOf,
  SenderAddress,
  SenderId,
} from '@openclaw/pairing-contracts'
import { allowCommandOf } from '../commands.ts'
import { printable } from '../display.ts'
import { isSenderId } from '../keys.ts'
import { DEFAULT_MAX_PENDING, MAX_SHOWN } from '../limits.ts'
import { boundedPending, senderOrNothing } from '../rules.ts'
import type { KnownChannels } from './file-names.ts'

/** What the files should know of the program; all optional. */
export interface DmDocumentOptions {
  /** Reads ids as the channel does; without it any printable text is an id. */
  readonly channels?: (name: ChannelName) => ChannelDefinition | undefined
  /** How many requests may wait, and whether an approval is announced; 3 and yes without it. */
  readonly policyOf?: PolicyOf
  /** Channels of 2026.2 whose files show the people of one of ours; none without it. */
  readonly merged?: Readonly<Record<string, ChannelName>>
  /** How commands begin in hints; `openclaw` unless given. */
  readonly cli?: string
}

/** The options, ready to be asked. */
export interface DocumentParts {
  readonly channels: KnownChannels
  /** The one spelling of an id in a file; `undefined` when it is none. */
  readonly senderOf: (channel: ChannelName, typed: string) => SenderId | undefined
  readonly maxPendingOf: (address: ChannelAddress) => number
  readonly announces: (address: ChannelAddress) => boolean
  /** A refusal whose way out is to let the sender in by id. */
  readonly refusal: (sender: ChannelAddress & { senderId: string }, why: string) => DocumentRefusal
}

/** Puts channels and options together. */
export function documentParts(
  channelNames: readonly ChannelName[],
  { channels, policyOf, merged = {}, cli = 'openclaw' }: DmDocumentOptions,
): DocumentParts {
  const policy = (address: ChannelAddress) => {
    try {
      return policyOf?.(address)
    } catch {
      return undefined
    }
  }
  return {
    channels: { names: new Set(channelNames), merged: new Map(Object.entries(merged)) },
    senderOf: (channel, typed) => {
      const definition = channels?.(channel)
      if (definition) return senderOrNothing(definition, typed)
      return isSenderId(typed) ? typed : undefined
    },
    maxPendingOf: (address) => boundedPending(policy(address)?.maxPending ?? DEFAULT_MAX_PENDING),
    announces: (address) => policy(address)?.replyMode !== 'silent',
    refusal: (sender, why) => ({
      subject: subjectOf(sender),
      why,
      fix: allowCommandOf(cli, { ...sender, senderId: printable(sender.senderId) }),
    }),
  }
}

/** `telegram (work) 123`: what a refusal is about. */
export function subjectOf(sender: ChannelAddress & { readonly senderId: string }): string {
  return `${sender.channel} (${sender.account}) ${printable(sender.senderId, MAX_SHOWN)}`
}

/** The sender on an account, without whatever else the address carries. */
export function senderAt({ channel, account }: ChannelAddress, senderId: SenderId): SenderAddress {
  return { channel, account, senderId }
}
