import type {
  AccountId,
  ChannelAddress,
  ChannelDefinition,
  ChannelName,
  SenderId,
} from '@openclaw/pairing-contracts'
import { InvalidSlackSender } from './errors.ts'

/** The name of this channel. */
export const SLACK: ChannelName = 'slack' as ChannelName

/** The address of one account of this channel; the gate and the verbs refuse an account that is not well-formed. */
export function slackAddress(account = 'default'): ChannelAddress {
  return { channel: SLACK, account: account as AccountId }
}

const PREFIX = /^(?:slack|user):/i
const MENTION = /^<@([A-Z0-9]+)(?:\|[^<>]*)?>$/i
const USER_ID = /^[UW][A-Z0-9]{6,30}$/i
const OTHER_ID = /^[CDG][A-Z0-9]{6,30}$/i
/** The id of Slackbot has the form of a member id; it is the platform itself. */
const SLACKBOT = 'USLACKBOT'
/** Longer than any id with its prefix. */
const MAX_TYPED = 1_024

/**
 * Brings a typed member id into the one spelling: `U…` or `W…` in upper case, as Slack writes it.
 *
 * @throws {@link InvalidSlackSender} for names, channels, `*` and anything else
 */
export function parseSlackSender(typed: string): SenderId {
  const text = typed.length > MAX_TYPED ? '' : typed.trim().replace(PREFIX, '').trim()
  const id = text.replace(MENTION, '$1')
  if (isMemberId(id)) return id.toUpperCase() as SenderId
  if (id === '*') throw new InvalidSlackSender('wildcard')
  if (OTHER_ID.test(id)) throw new InvalidSlackSender('conversation')
  throw new InvalidSlackSender(/^@?[\p{L}][\p{L}\p{N}._ -]*$/u.test(id) ? 'name' : 'malformed')
}

/** True for the id of a member; matched before it is raised, since letters of other alphabets become ASCII ones. */
export function isMemberId(id: unknown): id is string {
  return typeof id === 'string' && USER_ID.test(id) && id.toUpperCase() !== SLACKBOT
}

/** What Slack is, without a connection: for lists, the command line and the gate. */
export const slackDefinition: ChannelDefinition = {
  name: SLACK,
  idLabel: 'slackUserId',
  idLine: (senderId) => `Your Slack user id: ${senderId}`,
  personal: false,
  idempotentSend: false,
  directTo: (senderId) => senderId,
  parseSender: parseSlackSender,
}
