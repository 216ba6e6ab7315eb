import type {
  AccountId,
  ChannelAddress,
  ChannelDefinition,
  ChannelName,
  SenderId,
} from '@openclaw/pairing-contracts'
import { InvalidDiscordSender } from './errors.ts'

/** The name of this channel. */
export const DISCORD: ChannelName = 'discord' as ChannelName

/** The address of one account of this channel; the gate and the verbs refuse an account that is not well-formed. */
export function discordAddress(account = 'default'): ChannelAddress {
  return { channel: DISCORD, account: account as AccountId }
}

const PREFIX = /^(?:discord|user):/i
const MENTION = /^<@!?(\d+)>$/
const USER_ID = /^\d{17,20}$/
/** Longer than any id with its prefix. */
const MAX_TYPED = 1_024

/**
 * Brings a typed user id into the one spelling: 17 to 20 digits.
 *
 * @throws {@link InvalidDiscordSender} for names, tags, roles, PluralKit ids, `*` and anything else
 */
export function parseDiscordSender(typed: string): SenderId {
  const text = typed.length > MAX_TYPED ? '' : typed.trim().replace(PREFIX, '').trim()
  const id = text.replace(MENTION, '$1')
  if (USER_ID.test(id)) return id as SenderId
  throw new InvalidDiscordSender(problemOf(id))
}

function problemOf(id: string): InvalidDiscordSender['problem'] {
  if (id === '*') return 'wildcard'
  if (/^pk:/i.test(id)) return 'proxy'
  if (/^<(?:@&|#)\d+>$/.test(id)) return 'place'
  return /\p{L}/u.test(id) ? 'name' : 'malformed'
}

/** What Discord is, without a connection: for lists, the command line and the gate. */
export const discordDefinition: ChannelDefinition = {
  name: DISCORD,
  idLabel: 'discordUserId',
  idLine: (senderId) => `Your Discord user id: ${senderId}`,
  personal: false,
  // A nonce is remembered for minutes only, and a message may be sent again hours later.
  idempotentSend: false,
  directTo: (senderId) => `user:${senderId}`,
  parseSender: parseDiscordSender,
}
