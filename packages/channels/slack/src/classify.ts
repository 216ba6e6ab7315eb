import type {
  AccountId,
  EpochMs,
  Inbound,
  InboundIgnored,
  SenderId,
} from '@openclaw/pairing-contracts'
import { isMemberId, SLACK } from './definition.ts'
import { isRecord, isText, type UnknownRecord } from './json.ts'
import { HISTORY_MS } from './limits.ts'
import { readable } from './mrkdwn.ts'

/** Who the bot is; see `auth.test`. */
export interface SlackSelf {
  /** The workspace, and the organisation that it belongs to where there is one. */
  readonly teams: readonly string[]
  readonly userId: string
}

/** Fields that say a message is not one person writing to this bot just now, and what it is. */
const NOT_A_PERSON: readonly (readonly [field: string, why: string])[] = [
  ['bot_id', 'written by a bot'],
  ['bot_profile', 'written by a bot'],
  ['app_id', 'written by an app'],
  ['edited', 'an edit'],
  ['hidden', 'a notice of the platform'],
  ['is_ephemeral', 'a message that is not kept'],
]

/** Other kinds of event, in words. */
const OTHER_EVENTS: Readonly<Record<string, string>> = {
  reaction_added: 'a reaction',
  reaction_removed: 'a reaction',
  app_home_opened: 'a look at the app',
  assistant_thread_started: 'a look at the app',
  tokens_revoked: 'a notice of the platform',
  app_uninstalled: 'a notice of the platform',
}

const DIRECT = /^D[A-Z0-9]{2,30}$/
const GROUP = /^[CG][A-Z0-9]{2,30}$/
const TS = /^(\d{1,12})\.(\d{1,6})$/

const ignore = (why: string): InboundIgnored => ({ kind: 'ignore', why })

/**
 * Decides what one payload of the Events API is (`event_callback`, over a socket or HTTP alike): a direct message of a
 * person, a message elsewhere, or nothing for us. Pure; takes any JSON, and whatever it does not know is ignored.
 *
 * @param self - the bot's own ids; without them the payload's own workspace is the only one that counts
 */
export function classifySlack(payload: unknown, account: AccountId, self?: SlackSelf): Inbound {
  if (!isRecord(payload) || payload.type !== 'event_callback') return ignore('not an event')
  const { event } = payload
  if (!isRecord(event)) return ignore('an event without content')
  if (event.type === 'app_mention') return elsewhere(event, account)
  if (event.type !== 'message') return ignore(whyNoMessage(event))
  const kind = conversationOf(event)
  if (kind === 'group') return elsewhere(event, account)
  if (kind === undefined) return ignore('a conversation of an unknown kind')
  const why = whyNoPerson(event) ?? whyNotOurs(payload, event, self)
  return why === undefined ? directMessage({ payload, event, account }) : ignore(why)
}

function whyNoMessage({ type }: UnknownRecord): string {
  const known = typeof type === 'string' && Object.hasOwn(OTHER_EVENTS, type)
  return (known ? OTHER_EVENTS[type] : undefined) ?? 'an event of another kind'
}

/** The kind that is named and the id must agree; where no kind is named, the id decides. */
function conversationOf({
  channel,
  channel_type: kind,
}: UnknownRecord): 'direct' | 'group' | undefined {
  if (!isText(channel)) return undefined
  if (kind === 'channel' || kind === 'group' || kind === 'mpim') return 'group'
  if (GROUP.test(channel)) return 'group'
  return (kind === 'im' || kind === undefined) && DIRECT.test(channel) ? 'direct' : undefined
}

function elsewhere({ channel, user }: UnknownRecord, account: AccountId): Inbound {
  if (!isText(channel)) return ignore('a conversation without an id')
  const senderId = isMemberId(user) ? (user as SenderId) : undefined
  return { kind: 'group', channel: SLACK, account, groupId: channel, senderId }
}

function whyNoPerson(event: UnknownRecord): string | undefined {
  const { subtype, user } = event
  const found = NOT_A_PERSON.find(([field]) => !isEmpty(event[field]))
  if (found) return found[1]
  if (subtype !== undefined && subtype !== 'file_share') {
    return subtype === 'bot_message' ? 'written by a bot' : 'an edit or a notice, not a new message'
  }
  if (!isMemberId(user) || user !== user.toUpperCase()) return 'not written by a member'
  return undefined
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === false || value === ''

/** Somebody of another workspace (Slack Connect) has an id that says nothing here. */
function whyNotOurs(
  payload: UnknownRecord,
  event: UnknownRecord,
  self: SlackSelf | undefined,
): string | undefined {
  const { team_id: team, enterprise_id: organisation } = payload
  if (!isText(team)) return 'an event without a workspace'
  const ours = self?.teams ?? [team, organisation]
  if (!ours.includes(team)) return 'an event of another workspace'
  const theirs = [event.team, event['user_team'], event['source_team']]
  if (theirs.some((each) => !isEmpty(each) && !ours.includes(each as string))) {
    return 'written by somebody of another workspace'
  }
  return event.user === self?.userId ? 'written by the bot itself' : undefined
}

interface MessageParts {
  readonly payload: UnknownRecord
  readonly event: UnknownRecord
  readonly account: AccountId
}

function directMessage({ payload, event, account }: MessageParts): Inbound {
  const { channel, ts, thread_ts: thread, user } = event
  const sentAt = timeOf(ts)
  if (sentAt === undefined) return ignore('a message without a time')
  if (isHistory(payload, sentAt)) return ignore('an old message')
  if (thread !== undefined && timeOf(thread) === undefined) return ignore('a thread without a time')
  const text = textOf(event)
  if (text === undefined) return ignore('a message without content')
  const team = payload.team_id as string
  return {
    kind: 'dm',
    channel: SLACK,
    account,
    senderId: user as SenderId,
    aliases: [],
    replyTo: thread === undefined ? (channel as string) : `${channel as string}:${String(thread)}`,
    messageKey: `${team.replaceAll(/[^\w-]/g, '_').slice(0, 64)}:${channel as string}:${String(ts)}`,
    sentAt,
    meta: {},
    text,
    ...(isPassedOn(event) ? { passedOn: true } : {}),
  }
}

/** Seconds and a counter; in ms. */
function timeOf(ts: unknown): EpochMs | undefined {
  const [, seconds, part] = (typeof ts === 'string' ? TS.exec(ts) : undefined) ?? []
  if (seconds === undefined || part === undefined) return undefined
  return (Number(seconds) * 1000 + Number(part.padEnd(6, '0').slice(0, 3))) as EpochMs
}

/** The event came about long after the message: an import, or a conversation that was opened to the app later. */
function isHistory({ event_time: at }: UnknownRecord, sentAt: EpochMs): boolean {
  return typeof at === 'number' && at * 1000 - sentAt > HISTORY_MS
}

/** What was written, else nothing but files or a shared message; `undefined`: nobody wrote anything. */
function textOf({ text, files, attachments }: UnknownRecord): string | undefined {
  if (isText(text)) return readable(text)
  return isList(files) || isList(attachments) ? '' : undefined
}

const isList = (value: unknown): value is readonly unknown[] =>
  Array.isArray(value) && value.length > 0

/** A message that was shared holds somebody else's words beside the writer's own. */
function isPassedOn({ attachments }: UnknownRecord): boolean {
  if (!isList(attachments)) return false
  return attachments.some(
    (each) => isRecord(each) && (each['is_share'] === true || each['is_msg_unfurl'] === true),
  )
}
