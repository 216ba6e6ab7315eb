import type { ChannelAddress, EpochMs, SenderId } from '@openclaw/pairing-contracts'
import { checkAccount, prefixOf } from './keys.ts'
import { FLUSH_INTERVAL_MS, MAX_ACCOUNTS_IN_MEMORY } from './limits.ts'
import { type MessageWindow, messageWindow } from './message-window.ts'

/** Messages turned away that are not written yet. */
export interface TurnedAway {
  readonly count: number
  readonly since: EpochMs
  readonly lastAt: EpochMs
}

/** What the gate keeps in memory for one account; everything in it may be lost with the process. */
export interface AccountMemory {
  readonly address: ChannelAddress
  /** `channel/account/`. */
  readonly prefix: string
  /** Messages that were delivered. Strangers cannot push these out. */
  readonly delivered: MessageWindow
  /** Messages of strangers that were answered, counted or passed over. */
  readonly refused: MessageWindow
  /** When a waiting sender last wrote; only of senders with a request, so as many as requests. */
  readonly lastSeen: Map<SenderId, EpochMs>
  turnedAway: TurnedAway | undefined
  /** The next time at which the two above may be written. */
  flushAt: EpochMs
  flushDelay: number
  /** Before this time it is not tried to write which ids are one person's: it failed. */
  learnAt: EpochMs
  /** The request that is being written now. */
  opening: Promise<unknown> | undefined
}

/** The memory of every account that a message came for. */
export interface AccountMemories {
  /** Throws `ERR_DM_ACCOUNT_INVALID` for an account that could share a key with another. */
  readonly of: (address: ChannelAddress) => AccountMemory
  readonly all: () => readonly AccountMemory[]
}

/** Bounded: at more than {@link MAX_ACCOUNTS_IN_MEMORY} accounts the oldest is forgotten. */
export function accountMemories(): AccountMemories {
  const channels = new Map<string, Map<string, AccountMemory>>()
  const order: AccountMemory[] = []
  const remember = (address: ChannelAddress): AccountMemory => {
    checkAccount(address.account)
    const { channel, account } = address
    const made = freshMemory({ channel, account })
    const known = channels.get(channel) ?? new Map<string, AccountMemory>()
    channels.set(channel, known.set(account, made))
    order.push(made)
    const oldest = order.length > MAX_ACCOUNTS_IN_MEMORY ? order.shift() : undefined
    if (oldest) channels.get(oldest.address.channel)?.delete(oldest.address.account)
    return made
  }
  return {
    of: (address) => channels.get(address.channel)?.get(address.account) ?? remember(address),
    all: () => order,
  }
}

function freshMemory(address: ChannelAddress): AccountMemory {
  return {
    address,
    prefix: prefixOf(address),
    delivered: messageWindow(),
    refused: messageWindow(),
    lastSeen: new Map(),
    turnedAway: undefined,
    flushAt: 0 as EpochMs,
    flushDelay: FLUSH_INTERVAL_MS,
    learnAt: 0 as EpochMs,
    opening: undefined,
  }
}
