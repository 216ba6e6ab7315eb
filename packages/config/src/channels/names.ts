import type { AccountId, ChannelName, SenderId } from '@openclaw/pairing-contracts'
import { InvalidAccountId, UnknownChannel } from '../errors/names.ts'
import { nearest } from '../nearest.ts'
import { CHANNELS, channelDefinition } from './table.ts'

/** The account of an operator who names none. */
export const DEFAULT_ACCOUNT: AccountId = 'default' as AccountId

const ACCOUNT = /^[a-z0-9][a-z0-9_-]{0,63}$/

/** True for text that can be the id of an account. */
export function isAccountId(text: unknown): text is AccountId {
  return typeof text === 'string' && ACCOUNT.test(text)
}

/**
 * The channel that a person names; case and the aliases `tg`, `wa`, `imsg`, `bluebubbles` and `web` are forgiven.
 *
 * @param also - further channels that exist here, such as those of a taken-over directory
 * @throws {@link UnknownChannel} with the names that there are
 */
export function parseChannelName(typed: string, also: readonly ChannelName[] = []): ChannelName {
  const text = typed.trim().toLowerCase()
  const known = CHANNELS.find(({ name, aliases }) => name === text || aliases.includes(text))
  const name = known?.name ?? also.find((each) => each === text)
  if (name !== undefined) return name
  const names = [...new Set([...CHANNELS.map((each) => each.name), ...also])]
  throw new UnknownChannel(names, nearest(text, names))
}

/**
 * The account that a person names. Only surrounding blanks are forgiven: an id is refused, never rewritten.
 *
 * @throws {@link InvalidAccountId}
 */
export function parseAccountId(typed: string): AccountId {
  const id = typed.trim()
  if (!isAccountId(id)) throw new InvalidAccountId()
  return id
}

/**
 * The sender that a person names, in the one spelling of the channel.
 *
 * @throws an `OpenClawError` with code `ERR_SENDER_INVALID` that says what is right
 */
export function parseSenderId(channel: ChannelName, typed: string): SenderId {
  return channelDefinition(channel).parseSender(typed)
}
