import type {
  AccountId,
  EpochMs,
  Inbound,
  InboundIgnored,
  SenderId,
} from '@openclaw/pairing-contracts'
import { isPhoneNumber, SIGNAL, uuidSender } from './definition.ts'
import { isRecord, isTime, type UnknownRecord } from './json.ts'

/** Kinds of envelope that are no message to us, in words. */
const OTHER_ENVELOPES: readonly (readonly [field: string, why: string])[] = [
  ['editMessage', 'an edit'],
  ['syncMessage', 'from another device of this account'],
  ['receiptMessage', 'a receipt'],
  ['typingMessage', 'somebody types'],
  ['storyMessage', 'a story'],
  ['callMessage', 'a call'],
]

/** Fields that say a message is a sign or a change, and what it is. */
const NOT_WRITTEN: readonly (readonly [field: string, why: string])[] = [
  ['reaction', 'a reaction'],
  ['remoteDelete', 'a deletion'],
  ['adminDelete', 'a deletion'],
  ['storyContext', 'an answer to a story'],
  ['pollVote', 'a vote'],
  ['pollTerminate', 'the end of a poll'],
  ['pinMessage', 'a pin'],
  ['unpinMessage', 'a pin that was taken away'],
  ['payment', 'a payment'],
  ['groupCallUpdate', 'a call'],
]

/** What a person can put into a message besides text. */
const CONTENT = ['attachments', 'sticker', 'contacts', 'pollCreate']

const ignore = (why: string): InboundIgnored => ({ kind: 'ignore', why })

/**
 * Decides what one event of the daemon is: a direct message of a person, a group message, or nothing for us.
 * Pure; takes any JSON, and whatever it does not know is ignored.
 */
export function classifySignal(event: unknown, account: AccountId): Inbound {
  if (!isRecord(event)) return ignore('not an event')
  if (isPresent(event.exception)) return ignore('the daemon could not read it')
  const { envelope } = event
  if (!isRecord(envelope)) return ignore('an event without an envelope')
  const other = OTHER_ENVELOPES.find(([field]) => isPresent(envelope[field]))
  if (other) return ignore(other[1])
  const { dataMessage: data } = envelope
  if (!isRecord(data)) return ignore('an event of another kind')
  const parts = { event, envelope, data, account }
  return isPresent(data.groupInfo) ? groupMessage(parts) : directMessage(parts)
}

interface EventParts {
  readonly event: UnknownRecord
  readonly envelope: UnknownRecord
  readonly data: UnknownRecord
  readonly account: AccountId
}

function groupMessage({ envelope, data, account }: EventParts): Inbound {
  const { groupInfo: group } = data
  if (!isRecord(group) || typeof group.groupId !== 'string' || group.groupId === '')
    return ignore('a group without an id')
  const [senderId] = sendersOf(envelope)
  return { kind: 'group', channel: SIGNAL, account, groupId: group.groupId, senderId }
}

function directMessage({ event, envelope, data, account }: EventParts): Inbound {
  if (data.isExpirationUpdate !== undefined && data.isExpirationUpdate !== false)
    return ignore('a change of the timer')
  const found = NOT_WRITTEN.find(([field]) => isPresent(data[field]))
  if (found) return ignore(found[1])
  const [senderId, ...aliases] = sendersOf(envelope)
  if (senderId === undefined) return ignore('a message without an author')
  if (isOurs(event, [senderId, ...aliases])) return ignore('our own message')
  const timestamp = isTime(data.timestamp) ? data.timestamp : envelope.timestamp
  if (!isTime(timestamp)) return ignore('a message without a time')
  const text = textOf(data)
  if (text === undefined) return ignore('a message in which nothing was written')
  return {
    kind: 'dm',
    channel: SIGNAL,
    account,
    senderId,
    aliases,
    replyTo: senderId,
    // Signal itself tells messages apart by who wrote them and when; the uuid is there when the number is not.
    messageKey: `${(aliases[0] ?? senderId).replace('uuid:', '')}:${String(timestamp)}`,
    ...timesOf(envelope, timestamp),
    meta: namesOf(envelope),
    text,
  }
}

/** The number, and the uuid; one envelope names one person, so each is an alias of the other. */
function sendersOf(envelope: UnknownRecord): readonly SenderId[] {
  const { sourceNumber: number, sourceUuid: uuid } = envelope
  return [isPhoneNumber(number) ? number : undefined, uuidSender(uuid)].filter(
    (sender) => sender !== undefined,
  )
}

function isOurs({ account }: UnknownRecord, senders: readonly SenderId[]): boolean {
  const ours = uuidSender(account) ?? account
  return senders.some((sender) => sender === ours)
}

/** The sender chooses the time of a message; the server's own counts where the daemon passes it on. */
function timesOf(
  { serverReceivedTimestamp: received, serverDeliveredTimestamp: delivered }: UnknownRecord,
  timestamp: number,
): { readonly sentAt: EpochMs; readonly heldMs?: number } {
  if (!isTime(received)) return { sentAt: timestamp as EpochMs }
  const heldMs = isTime(delivered) ? Math.max(0, delivered - received) : 0
  return { sentAt: received as EpochMs, ...(heldMs > 0 && { heldMs }) }
}

/** Text, else nothing but media; `undefined`: nobody wrote anything. */
function textOf(data: UnknownRecord): string | undefined {
  const { message } = data
  if (typeof message === 'string' && message !== '') return message
  return CONTENT.some((field) => isContent(data[field])) ? '' : undefined
}

const isPresent = (value: unknown): boolean => value !== undefined && value !== null

const isContent = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : isRecord(value)

function namesOf({ sourceName: name }: UnknownRecord): Record<string, string> {
  return typeof name === 'string' && name !== '' ? { name } : {}
}
