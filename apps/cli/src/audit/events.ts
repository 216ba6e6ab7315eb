import type { Change, JournalEntry, JsonObject } from '@openclaw/pairing-contracts'
import { DEVICE_COLLECTIONS, deviceEvents } from './device-events.ts'
import { objectOf, textOf } from './fields.ts'
import { OWNER_COLLECTIONS, ownerNoticeEvent } from './owner-events.ts'
import { shownRequests } from './shown-requests.ts'

/** One thing that happened, in words, and whom it was about. */
export interface AuditEvent {
  /** Such as `approved`, `asked`, `changed outside: let in`. */
  readonly what: string
  readonly channel?: string
  readonly account?: string
  readonly senderId?: string
  /** What the subject calls themselves; untrusted. */
  readonly meta?: Readonly<Record<string, string>>
  readonly requestId?: string
  /** A device, and the role that it is about. */
  readonly deviceId?: string
  readonly role?: string
  /** A node of the older pairing. */
  readonly nodeId?: string
  /** The owner's name for a device. */
  readonly label?: string
  /** What a device or node calls itself; untrusted. */
  readonly name?: string
  /** More, in words. */
  readonly detail?: string
}

/** What an entry of the journal says, in words; empty for mere book-keeping (counters, last seen). */
export function eventsOf(entry: JournalEntry): readonly AuditEvent[] {
  const outside = entry.actor.kind === 'system' && entry.actor.part.startsWith('outside')
  const found = entry.changes.flatMap((change) => eventOf(change, entry))
  if (found.length === 0) return isBookKeeping(entry) ? [] : [{ what: entry.action }]
  return outside
    ? found.map((event) => ({ ...event, what: `changed outside: ${event.what}` }))
    : found
}

/** Whether nothing in it is a decision. */
function isBookKeeping(entry: JournalEntry): boolean {
  return entry.changes.every(({ collection }) => QUIET.has(collection))
}

const QUIET: ReadonlySet<string> = new Set([
  'dm.requests',
  'dm.settled',
  'dm.senders',
  'dm.aliases',
  'dm.owners',
  'dm.counters',
  'dm.rests',
  'dm.attempts',
  'dm.notices',
  'owner.shown',
  ...OWNER_COLLECTIONS,
  ...DEVICE_COLLECTIONS,
])

function eventOf(change: Change, entry: JournalEntry): readonly AuditEvent[] {
  const subject = subjectOf(change)
  switch (change.collection) {
    case 'dm.requests':
      return requestEvent(change, entry, subject)
    case 'dm.settled':
      return settledEvent(change, subject)
    case 'dm.senders':
      return senderEvent(change, entry, subject)
    case 'dm.owners':
      return ownerEvent(change)
    case 'dm.notices':
      return noticeEvent(change, subject)
    case 'owner.shown':
      return shownRequests(change, entry).map((requestId) => ({
        what: 'shown to an owner',
        ...subject,
        requestId,
      }))
    case 'webchat.keys':
      return [{ what: 'drew the key of the web chat’s cookies' }]
    case 'owner.notices':
      return ownerNoticeEvent(change, entry)
    case TAKEN:
      return takenEvent(change)
    default:
      return deviceEvents(change, entry)
  }
}

/** Which images a store has taken in. */
const TAKEN = 'store.taken'

/** What this store was made of. */
function takenEvent({ value }: Change): readonly AuditEvent[] {
  const from = textOf(objectOf(value)?.['from'])
  return from === undefined ? [] : [{ what: 'the store was moved here', detail: `from ${from}` }]
}

type Subject = Pick<AuditEvent, 'channel' | 'account' | 'senderId' | 'meta'>

function requestEvent(
  change: Change,
  entry: JournalEntry,
  subject: Subject,
): readonly AuditEvent[] {
  const value = objectOf(change.value)
  // A request that was there before is only seen again.
  const isNew =
    value !== undefined &&
    (entry.action === 'dm.request' || value['createdAt'] === value['lastSeenAt'])
  if (!isNew || entry.action === 'dm.housekeeping') return []
  return [{ what: 'asked', ...subject, requestId: String(value['requestId']) }]
}

function settledEvent(change: Change, subject: Subject): readonly AuditEvent[] {
  const value = objectOf(change.value)
  if (value === undefined) return []
  const senderId = textOf(value['senderId'])
  const outcome = textOf(value['outcome']) ?? 'ended'
  const requestId = change.key.split('/').slice(2).join('/')
  return [
    {
      what:
        outcome === 'expired'
          ? 'request expired'
          : outcome === 'superseded'
            ? 'request replaced'
            : outcome,
      ...subject,
      ...(senderId === undefined ? {} : { senderId }),
      requestId,
    },
  ]
}

function senderEvent(change: Change, entry: JournalEntry, subject: Subject): readonly AuditEvent[] {
  const value = objectOf(change.value)
  if (value === undefined) return [{ what: 'forgotten', ...subject }]
  const state = textOf(value['state'])
  if (entry.action === 'dm.alias') return [aliasEvent(value, subject)]
  if (state === 'allowed') {
    // The same entry says "approved" of the request.
    const approves = entry.changes.some(({ collection, value }) => {
      return collection === 'dm.settled' && textOf(objectOf(value)?.['outcome']) === 'approved'
    })
    const until = value['expiresAt']
    const detail =
      typeof until === 'number' ? { detail: `until ${new Date(until).toISOString()}` } : {}
    return approves ? [] : [{ what: 'let in', ...subject, ...detail }]
  }
  if (state === 'revoked' && entry.action === 'dm.unblock')
    return [{ what: 'unblocked', ...subject }]
  const blocksRequest = entry.changes.some(({ collection, value }) => {
    return collection === 'dm.settled' && textOf(objectOf(value)?.['outcome']) === state
  })
  return blocksRequest ? [] : [{ what: state ?? 'changed', ...subject }]
}

/** Nobody decided anything: the platform showed whose ids are whose. */
function aliasEvent(value: JsonObject, subject: Subject): AuditEvent {
  const aliases = value['aliases']
  const others = Array.isArray(aliases) ? aliases.filter((id) => typeof id === 'string') : []
  const isPassedOn = textOf(objectOf(value['by'])?.['part']) === 'passed-on'
  if (isPassedOn) return { what: 'an id is theirs no more', ...subject }
  const detail = others.length === 0 ? {} : { detail: `also ${others.join(', ')}` }
  return { what: 'known by their ids', ...subject, ...detail }
}

/** The key of an owner is `channel/senderId`: they are one on every account. */
function ownerEvent({ key, value }: Change): readonly AuditEvent[] {
  const [channel = '', ...rest] = key.split('/')
  const what = value === undefined ? 'is no owner any more' : 'made an owner'
  const meta = objectOf(objectOf(value)?.['meta'])
  const called = meta === undefined ? {} : { meta: texts(meta) }
  return [{ what, channel, senderId: rest.join('/'), ...called }]
}

const NOTICE: Readonly<Record<string, string>> = {
  sent: 'told',
  failed: 'could not be told',
  unknown: 'perhaps told',
  unsupported: 'cannot be told',
}

function noticeEvent(change: Change, subject: Subject): readonly AuditEvent[] {
  const value = objectOf(change.value)
  const told = NOTICE[textOf(value?.['state']) ?? '']
  const kind = textOf(value?.['kind']) === 'rejected' ? 'rejection' : 'approval'
  const reason = textOf(value?.['reason'])
  if (told === undefined) return []
  const what = `${told} of the ${kind}`
  return [{ what, ...subject, ...(reason === undefined ? {} : { detail: reason }) }]
}

/** Keys of people are `channel/account/rest`. */
function subjectOf({ key, value }: Change): Subject {
  const [channel, account, ...rest] = key.split('/')
  const meta = objectOf(objectOf(value)?.['meta'])
  return {
    ...(channel === undefined ? {} : { channel }),
    ...(account === undefined ? {} : { account }),
    ...(rest.length === 0 ? {} : { senderId: rest.join('/') }),
    ...(meta === undefined ? {} : { meta: texts(meta) }),
  }
}

function texts(meta: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(meta).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  )
}
