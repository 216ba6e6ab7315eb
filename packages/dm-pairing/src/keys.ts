import type {
  AccountId,
  ChannelAddress,
  ChannelName,
  Scope,
  SenderAddress,
  SenderId,
} from '@openclaw/pairing-contracts'
import { InvalidAccount, InvalidSender } from './errors.ts'
import { MAX_SENDER_ID } from './limits.ts'

const CHANNEL = /^[a-z][a-z0-9]{0,31}$/
const ACCOUNT = /^[a-z0-9][a-z0-9_-]{0,63}$/
/** Most ids; the other rule takes longer to be made than to be asked. */
const PLAIN = /^[0-9A-Za-z@+_:.-]{1,256}$/
const hasUnprintable = (value: string): boolean => /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(value)

/** The account of a channel where nobody named one. */
export const DEFAULT_ACCOUNT: AccountId = 'default' as AccountId

/** True for a name that a channel may have. */
export function isChannelName(value: string): value is ChannelName {
  return CHANNEL.test(value)
}

/** True for an id that an account may have. */
export function isAccountId(value: string): value is AccountId {
  return ACCOUNT.test(value)
}

/** True for an id that a sender may have on some channel; the channel's own rule may be narrower. */
export function isSenderId(value: string): value is SenderId {
  if (PLAIN.test(value)) return true
  return (
    value.length > 0 &&
    value.length <= MAX_SENDER_ID &&
    value !== '*' &&
    value.trim() === value &&
    !hasUnprintable(value)
  )
}

/** Throws {@link InvalidAccount} for an account that could share a key with another. */
export function checkAccount(account: string): void {
  if (!isAccountId(account)) throw new InvalidAccount(account)
}

/** Throws {@link InvalidSender} for what is no sender id on any channel. */
export function checkSender(senderId: string): void {
  if (!isSenderId(senderId)) {
    throw new InvalidSender(
      senderId === '*' ? '"*" is a wildcard' : 'empty, too long or unprintable',
    )
  }
}

/** `channel/account/`: the prefix of everything kept for one account. Neither part can hold a slash. */
export function prefixOf(address: ChannelAddress): string {
  return `${address.channel}/${address.account}/`
}

/** `channel/account`: the key of what is kept once per account. */
export function accountKeyOf(address: ChannelAddress): string {
  return `${address.channel}/${address.account}`
}

/** `channel/account/senderId`. */
export function senderKeyOf(sender: SenderAddress): string {
  return `${sender.channel}/${sender.account}/${sender.senderId}`
}

/** The sender on an account, without whatever else the address carries. */
export function senderAt({ channel, account }: ChannelAddress, senderId: SenderId): SenderAddress {
  return { channel, account, senderId }
}

/** The scope that all writes of one account share. */
export function scopeOf(address: ChannelAddress): Scope {
  return `dm/${address.channel}/${address.account}` as Scope
}

/** The scope in which old wrong codes are forgotten. */
export const ATTEMPTS_SCOPE: Scope = 'dm/attempts' as Scope

/** The scope of who is an owner. */
export const OWNERS_SCOPE: Scope = 'dm/owners' as Scope

/** Reads `channel/account`; `undefined` for anything else. */
export function parseAccountKey(key: string): ChannelAddress | undefined {
  const [channel = '', account = '', ...rest] = key.split('/')
  if (rest.length > 0 || !isChannelName(channel) || !isAccountId(account)) return undefined
  return { channel, account }
}

/** Reads `channel/account/rest`, where `rest` may hold slashes; `undefined` for anything else. */
export function splitKey(
  key: string,
): { readonly address: ChannelAddress; readonly rest: string } | undefined {
  const first = key.indexOf('/')
  const second = key.indexOf('/', first + 1)
  if (first < 0 || second < 0) return undefined
  const address = parseAccountKey(key.slice(0, second))
  return address && { address, rest: key.slice(second + 1) }
}

/** Reads `channel/account/senderId`; `undefined` for anything else. */
export function parseSenderKey(key: string): SenderAddress | undefined {
  const parts = splitKey(key)
  return parts && isSenderId(parts.rest) ? { ...parts.address, senderId: parts.rest } : undefined
}
