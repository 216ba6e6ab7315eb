import type { Change } from '@openclaw/pairing-contracts'
import type { Subject } from './subject.ts'
import { objectOf, safeText, textField, timeField, wordOf } from './text.ts'

/** What a change of a record about owners, what they were told, or their setup codes says. Secrets and their hashes stay here. */
export function ownerSubjects(change: Change): readonly Subject[] {
  switch (change.collection) {
    case 'dm.owners':
      return [owner(change)]
    case 'owner.notices':
      return notice(change)
    case 'devices.setup':
      return setup(change)
    default:
      return []
  }
}

/** Key: `channel/senderId`. */
function owner({ key, value }: Change): Subject {
  const [channel = '', ...rest] = key.split('/')
  return {
    kind: 'owner',
    outcome: value === undefined ? 'removed' : 'added',
    channel: safeText(channel),
    senderId: safeText(rest.join('/')),
  }
}

/** Key: `channel/senderId/requestId`; only the sender may hold a slash. */
function notice({ key, value }: Change): readonly Subject[] {
  const record = objectOf(value)
  if (record === undefined) return []
  const [channel = '', ...rest] = key.split('/')
  return [
    {
      kind: 'owner',
      outcome: `notice-${wordOf(record['state']) ?? 'changed'}`,
      channel: safeText(channel),
      ...textField('account', record['account']),
      senderId: safeText(rest.slice(0, -1).join('/')),
      requestId: safeText(rest.at(-1) ?? ''),
    },
  ]
}

/** Key: the id of the code, which is no secret. */
function setup({ key, value }: Change): readonly Subject[] {
  const record = objectOf(value)
  if (record === undefined) return []
  const begun = record['deviceId'] === undefined ? 'created' : 'bound'
  return [
    {
      kind: 'setup-code',
      outcome: wordOf(record['ended']) ?? begun,
      setupId: safeText(key),
      ...textField('deviceId', record['deviceId']),
      ...timeField('until', record['expiresAt']),
    },
  ]
}
