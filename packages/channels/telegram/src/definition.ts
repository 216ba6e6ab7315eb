import type {
  AccountId,
  ChannelAddress,
  ChannelDefinition,
  ChannelName,
  SenderId,
} from '@openclaw/pairing-contracts'
import { InvalidTelegramSender } from './errors.ts'

/** The name of this channel. */
export const TELEGRAM: ChannelName = 'telegram' as ChannelName

/** The address of one account of this channel; the gate and the verbs refuse an account that is not well-formed. */
export function telegramAddress(account = 'default'): ChannelAddress {
  return { channel: TELEGRAM, account: account as AccountId }
}

const PREFIX = /^(?:telegram|tg):/i
const USER_ID = /^[1-9]\d{0,15}$/
const USERNAME = /^@|^[a-z]\w{3,31}$/i

/**
 * Brings a typed user id into the one spelling: digits alone.
 *
 * @throws {@link InvalidTelegramSender} for user names, groups, `*` and anything else
 */
export function parseTelegramSender(typed: string): SenderId {
  const id = typed.trim().replace(PREFIX, '').trim()
  if (USER_ID.test(id)) return id as SenderId
  if (id === '*') throw new InvalidTelegramSender('wildcard')
  if (USERNAME.test(id)) throw new InvalidTelegramSender('username')
  throw new InvalidTelegramSender(/^-\d+$/.test(id) ? 'group' : 'malformed')
}

/** What Telegram is, without a connection: for lists, the command line and the gate. */
export const telegramDefinition: ChannelDefinition = {
  name: TELEGRAM,
  idLabel: 'telegramUserId',
  idLine: (senderId) => `Your Telegram user id: ${senderId}`,
  personal: false,
  idempotentSend: false,
  directTo: (senderId) => senderId,
  parseSender: parseTelegramSender,
}
