import type { Change, JournalEntry, JsonObject } from '@openclaw/pairing-contracts'
import type { Subject } from './subject.ts'
import { objectOf, safeText, safeTexts, textField, wordOf } from './text.ts'

/** What a change of a record about a device or node says; nothing for mere book-keeping. Keys, tokens and hashes stay here. */
export function deviceSubjects(change: Change, entry: JournalEntry): readonly Subject[] {
  const record = objectOf(change.value)
  switch (change.collection) {
    case 'devices.requests':
      return record === undefined ? [] : [asked(change.key, record)]
    case 'devices.settled':
      return record === undefined ? [] : [settled(change.key, record)]
    case 'devices.paired':
      return [paired(change.key, record, entry)]
    case 'nodes.requests':
      return nodeRequest(change.key, record, entry)
    case 'nodes.paired':
      return [node(change.key, record, entry)]
    default:
      return []
  }
}

/** Keys of those that ask are `deviceId/role`. */
function asked(key: string, record: JsonObject): Subject {
  const [deviceId = '', role = ''] = key.split('/')
  const isNew = record['createdAt'] === record['lastAskedAt']
  return {
    kind: 'device',
    outcome: isNew ? 'asked' : 'asked-again',
    deviceId: safeText(deviceId),
    role: safeText(role),
    ...textField('requestId', record['requestId']),
    ...textField('setupId', record['setupId']),
    scopes: safeTexts(record['scopes']),
  }
}

function settled(key: string, record: JsonObject): Subject {
  return {
    kind: 'device',
    outcome: wordOf(record['outcome']) ?? 'ended',
    ...textField('deviceId', record['deviceId']),
    ...textField('role', record['role']),
    requestId: safeText(key),
  }
}

const PAIRED: Readonly<Record<string, string>> = {
  'device.approve': 'granted',
  'device.rename': 'renamed',
  'device.rotate': 'token-rotated',
  'device.revoke': 'revoked',
  'device.seen': 'seen',
  'device.token.handed': 'token-handed',
  'device.tokens.hashed': 'token-hashed',
}

function paired(
  key: string,
  record: JsonObject | undefined,
  { action, detail }: JournalEntry,
): Subject {
  const deviceId = safeText(key)
  if (record === undefined) return { kind: 'device', outcome: 'removed', deviceId }
  const role = action === 'device.seen' ? undefined : detail?.['role']
  const grant = objectOf(objectOf(record['grants'])?.[typeof role === 'string' ? role : ''])
  return {
    kind: 'device',
    outcome: PAIRED[action] ?? 'changed',
    deviceId,
    ...textField('role', role),
    ...textField('label', record['label']),
    ...(grant === undefined ? {} : { scopes: safeTexts(grant['scopes']) }),
  }
}

function nodeRequest(
  key: string,
  record: JsonObject | undefined,
  { action }: JournalEntry,
): readonly Subject[] {
  const nodeId = safeText(key)
  const outcome = record === undefined ? 'rejected' : 'asked'
  if (record === undefined && action !== 'node.reject') return []
  return [{ kind: 'node', outcome, nodeId, ...textField('requestId', record?.['requestId']) }]
}

const NODES: Readonly<Record<string, string>> = {
  'node.approve': 'approved',
  'node.rename': 'renamed',
  'device.tokens.hashed': 'token-hashed',
}

function node(key: string, record: JsonObject | undefined, { action }: JournalEntry): Subject {
  const outcome = record === undefined ? 'removed' : (NODES[action] ?? 'changed')
  return { kind: 'node', outcome, nodeId: safeText(key) }
}
