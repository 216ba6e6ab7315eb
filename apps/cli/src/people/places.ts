import {
  CHANNELS,
  channelDefinition,
  isChannelName,
  parseAccountId,
  parseChannelName,
} from '@openclaw/pairing-config'
import {
  type AccountId,
  type ChannelAddress,
  type ChannelName,
  isOpenClawError,
  type SenderAddress,
} from '@openclaw/pairing-contracts'
import { shellWord } from '../program.ts'
import { granted, type PeoplePage } from './session.ts'

/** Every account that is configured or has records, of one channel or of all. */
export async function accountsOf(
  session: PeoplePage,
  channel?: ChannelName,
): Promise<readonly ChannelAddress[]> {
  const filter = channel === undefined ? {} : { channel }
  const lists = granted(await session.people.list(session.actor, filter))
  return lists.map(({ channel, account }) => ({ channel, account }))
}

/**
 * The channel that a person named.
 *
 * @throws `ERR_CHANNEL_UNKNOWN` with the list of channels; nothing is created on disk
 */
export async function parseChannel(session: PeoplePage, typed: string): Promise<ChannelName> {
  return (
    quiet(() => parseChannelName(typed)) ?? parseChannelName(typed, await foreignChannels(session))
  )
}

/** The channel of this name or alias, if there is one. */
export async function findChannel(
  session: PeoplePage,
  typed: string,
): Promise<ChannelName | undefined> {
  const known = quiet(() => parseChannelName(typed))
  if (known !== undefined) return known
  const others = await foreignChannels(session)
  return quiet(() => parseChannelName(typed, others))
}

function quiet(parse: () => ChannelName): ChannelName | undefined {
  try {
    return parse()
  } catch (error) {
    if (isOpenClawError(error) && error.code === 'ERR_CHANNEL_UNKNOWN') return undefined
    throw error
  }
}

/** Every channel that a command can be about. */
export async function channelNames(session: PeoplePage): Promise<readonly ChannelName[]> {
  return [...CHANNELS.map(({ name }) => name), ...(await foreignChannels(session))]
}

/** Channels that only have records or configuration here. */
async function foreignChannels(session: PeoplePage): Promise<readonly ChannelName[]> {
  const known = new Set<string>(CHANNELS.map(({ name }) => name))
  const found = new Set((await accountsOf(session)).map(({ channel }) => channel))
  return [...found].filter((name) => !known.has(name))
}

/** The label of a sender's id on a channel. */
export function idLabel(channel: string): string {
  return isChannelName(channel) ? channelDefinition(channel).idLabel : 'userId'
}

/** The account that was given, checked. */
export function parseAccount(typed: string | undefined): AccountId | undefined {
  return typed === undefined ? undefined : parseAccountId(typed)
}

/** The words that name a place in a command line: `telegram`, and `--account work` where it is not the default. */
export function placeWords({ channel, account }: ChannelAddress): string {
  return account === 'default' ? channel : `${channel} --account ${account}`
}

/** The words that name a sender in a command line. */
export function senderWords({ channel, account, senderId }: SenderAddress): string {
  const id = senderId.startsWith('-') ? `-- ${shellWord(senderId)}` : shellWord(senderId)
  return account === 'default' ? `${channel} ${id}` : `${channel} --account ${account} ${id}`
}

/** A place for people: `telegram`, `telegram (account work)`. */
export function placeName({ channel, account }: ChannelAddress): string {
  return account === 'default' ? channel : `${channel} (account ${account})`
}
