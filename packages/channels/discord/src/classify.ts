import { isRecord, isText, type JsonRecord } from '@openclaw/pairing-channel-kit'
import type { AccountId, Inbound, InboundIgnored, SenderId } from '@openclaw/pairing-contracts'
import { DISCORD } from './definition.ts'
import { isSnowflake, timeOf } from './snowflake.ts'

/** Who the bot is; see `GET /users/@me`. */
export interface DiscordSelf {
  readonly userId: string
}

/** Kinds of channels; see `channel_type`. */
const DIRECT = 1
/** A new message, and an answer to an older one. */
const MESSAGE_TYPES: ReadonlySet<unknown> = new Set([0, 19])
/** Crossposts, urgent notices of Discord, messages that are not kept, or not there yet. */
const STRANGE_FLAGS: number = (1 << 0) | (1 << 1) | (1 << 4) | (1 << 6) | (1 << 7)
/** `message_reference.type` of somebody else's message that was passed on. */
const FORWARD = 1

/** Fields that say a message is not one person writing to this bot just now, and what it is. */
const NOT_A_PERSON: readonly (readonly [field: string, why: string])[] = [
  ['webhook_id', 'written by a webhook'],
  ['application_id', 'written by an application'],
  ['interaction', 'an answer to a command'],
  ['interaction_metadata', 'an answer to a command'],
  ['edited_timestamp', 'an edit'],
  ['activity', 'an invitation to a game'],
  ['call', 'a call'],
]

/** Other events, in words. */
const OTHER_EVENTS: Readonly<Record<string, string>> = {
  MESSAGE_UPDATE: 'an edit',
  MESSAGE_DELETE: 'a deletion',
  MESSAGE_REACTION_ADD: 'a reaction',
  MESSAGE_REACTION_REMOVE: 'a reaction',
  INTERACTION_CREATE: 'a command or a button',
  TYPING_START: 'somebody who types',
  CHANNEL_PINS_UPDATE: 'a pinned message',
}

const CONTENT = ['attachments', 'embeds', 'sticker_items', 'message_snapshots', 'components']

const ignore = (why: string): InboundIgnored => ({ kind: 'ignore', why })

/**
 * Decides what one dispatch of the gateway (`{t, d}`) is: a direct message of a person, a message elsewhere, or nothing
 * for us. Pure; takes any JSON, and whatever it does not know is ignored: a message without a kind of channel too.
 *
 * @param self - the bot's own id, where it is known
 */
export function classifyDiscord(payload: unknown, account: AccountId, self?: DiscordSelf): Inbound {
  if (!isRecord(payload)) return ignore('not an event')
  const { t: type, d: message } = payload as { readonly t?: unknown; readonly d?: unknown }
  if (type !== 'MESSAGE_CREATE') return ignore(whyNoMessage(type))
  if (!isRecord(message)) return ignore('an event without content')
  const { channel_id: channel, channel_type: kind } = message as MessageFields
  if (!isSnowflake(channel)) return ignore('a message without a channel')
  if (isElsewhere(message)) return elsewhere(message, channel, account)
  if (kind !== DIRECT) return ignore('a conversation of an unknown kind')
  const why = whyNoPerson(message, self)
  return why === undefined ? directMessage(message, channel, account) : ignore(why)
}

/** What of a message is looked at; anything may stand in it. */
interface MessageFields {
  readonly id?: unknown
  readonly type?: unknown
  readonly flags?: unknown
  readonly channel_id?: unknown
  readonly channel_type?: unknown
  readonly guild_id?: unknown
  readonly member?: unknown
  readonly author?: unknown
  readonly content?: unknown
  readonly poll?: unknown
  readonly message_reference?: unknown
}

interface AuthorFields {
  readonly id?: unknown
  readonly bot?: unknown
  readonly system?: unknown
  readonly username?: unknown
  readonly global_name?: unknown
  readonly discriminator?: unknown
}

function whyNoMessage(type: unknown): string {
  const isKnown = typeof type === 'string' && Object.hasOwn(OTHER_EVENTS, type)
  return (isKnown ? OTHER_EVENTS[type] : undefined) ?? 'an event of another kind'
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === false || value === ''

/** On a server, or in any channel of a kind that is no direct message. */
function isElsewhere(message: JsonRecord): boolean {
  const { guild_id: guild, member, channel_type: kind } = message as MessageFields
  return !isEmpty(guild) || !isEmpty(member) || (typeof kind === 'number' && kind !== DIRECT)
}

function elsewhere(message: JsonRecord, groupId: string, account: AccountId): Inbound {
  const { id } = authorOf(message)
  const senderId = isSnowflake(id) ? (id as SenderId) : undefined
  return { kind: 'group', channel: DISCORD, account, groupId, senderId }
}

function authorOf(message: JsonRecord): AuthorFields {
  const { author } = message as MessageFields
  return isRecord(author) ? author : {}
}

function whyNoPerson(message: JsonRecord, self: DiscordSelf | undefined): string | undefined {
  const { id, bot, system } = authorOf(message)
  if (!isSnowflake(id)) return 'not written by a user'
  if (id === self?.userId) return 'written by the bot itself'
  if (!isEmpty(bot)) return 'written by a bot'
  if (!isEmpty(system)) return 'a notice of the platform'
  const found = NOT_A_PERSON.find(([field]) => !isEmpty(message[field]))
  if (found) return found[1]
  const { type, flags } = message as MessageFields
  if (!MESSAGE_TYPES.has(type)) return 'a notice of the platform'
  if (isEmpty(flags)) return undefined
  const isUsual = typeof flags === 'number' && (flags & STRANGE_FLAGS) === 0
  return isUsual ? undefined : 'a notice of the platform'
}

function directMessage(message: JsonRecord, channel: string, account: AccountId): Inbound {
  const { id, content } = message as MessageFields
  if (!isSnowflake(id)) return ignore('a message without an id')
  const text = typeof content === 'string' ? content : ''
  if (text === '' && !hasMore(message)) return ignore('a message without content')
  const author = authorOf(message)
  return {
    kind: 'dm',
    channel: DISCORD,
    account,
    senderId: author.id as SenderId,
    aliases: [],
    replyTo: channel,
    messageKey: id,
    sentAt: timeOf(id),
    meta: metaOf(author),
    text,
    ...(isForward(message) && { passedOn: true }),
  }
}

function hasMore(message: JsonRecord): boolean {
  const { poll } = message as MessageFields
  if (isRecord(poll)) return true
  return CONTENT.some((field) => {
    const value = message[field]
    return Array.isArray(value) && value.length > 0
  })
}

/** `ada`, or `ada#1234` where somebody still has a number; and what they call themselves. */
function metaOf({
  username,
  discriminator,
  global_name: name,
}: AuthorFields): Record<string, string> {
  const number = isText(discriminator) && /^[1-9]\d{0,3}$|^0\d{3}$/.test(discriminator)
  const isOld = number && discriminator !== '0000'
  return {
    ...(isText(username) && {
      username: bounded(isOld ? `${username}#${discriminator}` : username),
    }),
    ...(isText(name) && { name: bounded(name) }),
  }
}

const bounded = (name: string): string => name.slice(0, 256)

function isForward(message: JsonRecord): boolean {
  const { message_reference: reference } = message as MessageFields
  return isRecord(reference) && reference['type'] === FORWARD
}
