import type { Change, JsonObject } from '@openclaw/pairing-contracts'
import type { Subject } from './subject.ts'
import { objectOf, safeText, textField, timeField, wordOf } from './text.ts'

/** What a change of a record about a person says; nothing for mere book-keeping. Codes, names and addresses stay here. */
export function personSubjects(change: Change): readonly Subject[] {
  const record = objectOf(change.value)
  switch (change.collection) {
    case 'dm.requests':
      return record === undefined ? [] : [asked(change.key, record)]
    case 'dm.settled':
      return record === undefined ? [] : [settled(change.key, record)]
    case 'dm.senders':
      return [sender(change.key, record)]
    case 'dm.notices':
      return record === undefined ? [] : [notice(change.key, record)]
    default:
      return []
  }
}

/** Keys of people are `channel/account/rest`, and only the rest may hold a slash. */
function placeOf(key: string): { readonly place: JsonAddress; readonly rest: string } {
  const [channel = '', account = '', ...rest] = key.split('/')
  return {
    place: { channel: safeText(channel), account: safeText(account) },
    rest: safeText(rest.join('/')),
  }
}

type JsonAddress = Pick<Subject, 'channel' | 'account'>

function asked(key: string, record: JsonObject): Subject {
  const { place, rest } = placeOf(key)
  const isNew = record['createdAt'] === record['lastSeenAt']
  return {
    kind: 'person',
    outcome: isNew ? 'asked' : 'asked-again',
    ...place,
    senderId: rest,
    ...textField('requestId', record['requestId']),
    ...timeField('until', record['expiresAt']),
  }
}

function settled(key: string, record: JsonObject): Subject {
  const { place, rest } = placeOf(key)
  return {
    kind: 'person',
    outcome: wordOf(record['outcome']) ?? 'ended',
    ...place,
    ...textField('senderId', record['senderId']),
    requestId: rest,
  }
}

function sender(key: string, record: JsonObject | undefined): Subject {
  const { place, rest } = placeOf(key)
  return {
    kind: 'person',
    outcome: record === undefined ? 'forgotten' : (wordOf(record['state']) ?? 'changed'),
    ...place,
    senderId: rest,
    ...textField('requestId', record?.['requestId']),
    ...timeField('until', record?.['expiresAt']),
  }
}

function notice(key: string, record: JsonObject): Subject {
  const { place, rest } = placeOf(key)
  return {
    kind: 'person',
    outcome: `notice-${wordOf(record['state']) ?? 'changed'}`,
    ...place,
    senderId: rest,
    ...textField('requestId', record['requestId']),
  }
}
