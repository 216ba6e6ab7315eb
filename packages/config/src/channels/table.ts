import type { ChannelDefinition, ChannelName, SenderId } from '@openclaw/pairing-contracts'
import {
  discordSender,
  imessageSender,
  plainSender,
  type SenderRule,
  signalSender,
  slackSender,
  telegramSender,
  webchatSender,
  whatsappSender,
} from './rules.ts'

/** A channel that people can name, with its pure rules. */
export interface KnownChannel extends ChannelDefinition {
  /** Other names that people type, lower case. */
  readonly aliases: readonly string[]
}

const telegram: KnownChannel = {
  name: 'telegram' as ChannelName,
  aliases: ['tg'],
  idLabel: 'telegramUserId',
  idLine: (id) => `Your Telegram user id: ${id}`,
  personal: false,
  idempotentSend: false,
  // A bot's chat with a person has the person's id; it may write there once they have pressed Start.
  directTo: (id) => id,
  parseSender: telegramSender,
}

const whatsapp: KnownChannel = {
  name: 'whatsapp' as ChannelName,
  aliases: ['wa'],
  idLabel: 'whatsappSenderId',
  idLine: (id) =>
    id.startsWith('+') ? `Your WhatsApp phone number: ${id}` : `Your WhatsApp sender id: ${id}`,
  // A linked phone is; the policy of an account of the Cloud API says that it is a business's.
  personal: true,
  idempotentSend: false,
  lastingKind: (id) => (id.startsWith('+') ? undefined : id.startsWith('lid:') ? 'lid' : 'bsuid'),
  directTo: (id) => id,
  parseSender: whatsappSender,
}

const signal: KnownChannel = {
  name: 'signal' as ChannelName,
  aliases: [],
  idLabel: 'signalNumber',
  idLine: (id) =>
    id.startsWith('+') ? `Your Signal number: ${id}` : `Your Signal sender id: ${id}`,
  personal: true,
  idempotentSend: false,
  directTo: (id) => id,
  lastingKind: (id) => (id.startsWith('uuid:') ? 'uuid' : undefined),
  parseSender: signalSender,
}

/** iMessage, whatever it goes through: in OpenClaw 2026.2 the way by a BlueBubbles server is a channel of its own. */
const imessage: KnownChannel = {
  name: 'imessage' as ChannelName,
  aliases: ['imsg', 'bluebubbles'],
  idLabel: 'imessageSenderId',
  idLine: (id) => `Your iMessage sender id: ${id}`,
  personal: true,
  idempotentSend: false,
  // The chat with a person is looked for, or begun, by their handle.
  directTo: (id) => id,
  parseSender: imessageSender,
}

const discord: KnownChannel = {
  name: 'discord' as ChannelName,
  aliases: [],
  idLabel: 'discordUserId',
  idLine: (id) => `Your Discord user id: ${id}`,
  personal: false,
  // A nonce is remembered for minutes only, and a message may be sent again hours later.
  idempotentSend: false,
  // The gateway opens the direct conversation with a user by the user's id.
  directTo: (id) => `user:${id}`,
  parseSender: discordSender,
}

const slack: KnownChannel = {
  name: 'slack' as ChannelName,
  aliases: [],
  idLabel: 'slackUserId',
  idLine: (id) => `Your Slack user id: ${id}`,
  personal: false,
  idempotentSend: false,
  // The gateway opens the direct conversation with a member by the member's id.
  directTo: (id) => id,
  parseSender: slackSender,
}

const webchat: KnownChannel = {
  name: 'webchat' as ChannelName,
  aliases: ['web'],
  idLabel: 'webchatVisitorId',
  idLine: (id) => `Your web chat id: ${id}`,
  personal: false,
  idempotentSend: true,
  parseSender: webchatSender,
}

/** The channels of the mission; the rules of each, which need no SDK and no connection. */
export const CHANNELS: readonly KnownChannel[] = [
  telegram,
  whatsapp,
  signal,
  imessage,
  discord,
  slack,
  webchat,
]

/** The channels that the gateway of this release connects to. */
const CONNECTED: ReadonlySet<string> = new Set(
  [telegram, whatsapp, signal, imessage, discord, slack, webchat].map(({ name }) => name),
)

/** True for a channel that the gateway of this release connects to; lists of the others can be worked on all the same. */
export function isConnectable(name: ChannelName): boolean {
  return CONNECTED.has(name)
}

/** Channels of OpenClaw that this product does not know; their lists in a taken-over directory keep their labels. */
const FOREIGN: Readonly<Record<string, string>> = {
  feishu: 'feishuUserId',
  googlechat: 'googlechatUserId',
  irc: 'ircUser',
  line: 'lineUserId',
  matrix: 'matrixUserId',
  mattermost: 'mattermostUserId',
  msteams: 'msteamsUserId',
  nostr: 'nostrPubkey',
  zalo: 'zaloUserId',
  zalouser: 'zalouserUserId',
}

/**
 * Channels of OpenClaw 2026.2 whose people are those of one here: their sections and files are read as that one's.
 */
export const MERGED_CHANNELS: Readonly<Record<string, ChannelName>> = { bluebubbles: imessage.name }

const BY_NAME: ReadonlyMap<string, KnownChannel> = new Map([
  ...CHANNELS.map((each) => [each.name, each] as const),
  ['bluebubbles', imessage],
])
const NAME = /^[a-z][a-z0-9]{0,31}$/

/** True for text that can be the name of a channel. */
export function isChannelName(text: unknown): text is ChannelName {
  return typeof text === 'string' && NAME.test(text)
}

/** The names that may stand below `channels` without a word of warning. */
export function isExpectedChannel(name: string): boolean {
  return BY_NAME.has(name) || Object.hasOwn(FOREIGN, name)
}

/** The rules of a channel; for one that is not in {@link CHANNELS} those that hold for any. */
export function channelDefinition(name: ChannelName): ChannelDefinition {
  return BY_NAME.get(name) ?? plain(name, plainSender(name))
}

function plain(name: ChannelName, parseSender: SenderRule): ChannelDefinition {
  return {
    name,
    idLabel: Object.hasOwn(FOREIGN, name) ? (FOREIGN[name] ?? 'userId') : 'userId',
    idLine: (id: SenderId) => `Your user id: ${id}`,
    personal: false,
    idempotentSend: false,
    parseSender,
  }
}
