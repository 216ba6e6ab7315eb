import type { Change, JournalEntry, JsonObject } from '@openclaw/pairing-contracts'
import { extentParts } from '../devices/words.ts'
import type { AuditEvent } from './events.ts'
import { objectOf, textOf } from './fields.ts'
import { calledIn, type KnownName, NAME_TAKEN } from './names.ts'
import { setupEvents } from './setup-events.ts'

/** Where records of devices and nodes lie. */
export const DEVICE_COLLECTIONS = [
  'devices.paired',
  'devices.requests',
  'devices.settled',
  'devices.rests',
  'devices.removed',
  'devices.counters',
  'devices.setup',
  'nodes.requests',
  'nodes.paired',
] as const

/** More names than this are left to the JSON of the journal. */
const NAMES_SHOWN = 4

/** What a change of a record about devices or nodes says, in words. */
export function deviceEvents(change: Change, entry: JournalEntry): readonly AuditEvent[] {
  switch (change.collection) {
    case 'devices.requests':
      return askedEvent(change, entry)
    case 'devices.settled':
      return settledEvent(change, entry)
    case 'devices.paired':
      return pairedEvent(change, entry)
    case 'devices.setup':
      return setupEvents(change, entry)
    case 'devices.removed':
      return change.value === undefined ? [] : [{ what: 'removed', deviceId: change.key }]
    case 'nodes.requests':
    case 'nodes.paired':
      return nodeEvent(change, entry)
    default:
      return []
  }
}

/** A change by another program, or the take-over of what was there. */
function isOutside({ actor }: JournalEntry): boolean {
  return actor.kind === 'system' && actor.part.startsWith('outside')
}

function askedEvent({ key, value }: Change, entry: JournalEntry): readonly AuditEvent[] {
  const request = objectOf(value)
  // A request that was there before is only asked again.
  const isNew =
    entry.action === 'device.request' || request?.['createdAt'] === request?.['lastAskedAt']
  if (request === undefined || !isNew || entry.action === 'device.housekeeping') return []
  const [deviceId = '', role = ''] = key.split('/')
  const requestId = textOf(request['requestId'])
  return [
    {
      what: 'asked',
      deviceId,
      role,
      ...nameOf(request),
      ...(requestId === undefined ? {} : { requestId }),
      ...extentOf(request),
    },
  ]
}

const SETTLED: Readonly<Record<string, string>> = {
  expired: 'request expired',
  superseded: 'request replaced',
}

function settledEvent({ key, value }: Change, entry: JournalEntry): readonly AuditEvent[] {
  const settled = objectOf(value)
  // That another request came after it is written to it later; what takes a device away ends its requests.
  const isLater = settled?.['successor'] !== undefined
  if (settled === undefined || isLater || ENDING.has(entry.action)) return []
  const outcome = textOf(settled['outcome']) ?? 'ended'
  const deviceId = textOf(settled['deviceId']) ?? ''
  const role = textOf(settled['role']) ?? ''
  const standing = textOf(objectOf(settled['by'])?.['part']) === 'local-approval'
  return [
    {
      what: standing ? 'approved by your standing order' : (SETTLED[outcome] ?? outcome),
      deviceId,
      role,
      ...nameIn(entry, deviceId),
      requestId: key,
      ...(entry.action === 'device.approve' && outcome === 'approved'
        ? extentOf(objectOf(entry.detail))
        : {}),
    },
  ]
}

const ENDING: ReadonlySet<string> = new Set(['device.remove', 'device.revoke'])

function pairedEvent({ key, value }: Change, entry: JournalEntry): readonly AuditEvent[] {
  const device = objectOf(value)
  if (device === undefined) return []
  const detail = objectOf(entry.detail)
  const role = textOf(detail?.['role'])
  const subject = { deviceId: key, ...(role === undefined ? {} : { role }), ...calledIn(device) }
  switch (entry.action) {
    case 'device.rename': {
      // What it was called until now is told of whom it is about.
      const { label, ...rest } = subject
      if (label === undefined) return [{ what: NAME_TAKEN, ...rest }]
      return [{ what: 'renamed', ...rest, detail: label }]
    }
    case 'device.rotate':
      return [{ what: 'token rotated', ...subject, ...extentOf(detail) }]
    case 'device.revoke':
      return [{ what: 'revoked', ...subject }]
    case 'device.token.handed':
      return [
        { what: detail?.['token'] === true ? 'handed a token' : 'commands noted', ...subject },
      ]
    case 'device.tokens.hashed':
      return [{ what: 'tokens replaced by hashes', ...subject }]
    default:
      return isOutside(entry) && !isApprovedIn(entry, key)
        ? [{ what: isTakeOver(entry) ? 'paired' : 'device changed', ...subject }]
        : []
  }
}

function isTakeOver({ action }: JournalEntry): boolean {
  return action === 'store.take-over'
}

function isApprovedIn({ changes }: JournalEntry, deviceId: string): boolean {
  return changes.some(({ collection, value }) => {
    const settled = collection === 'devices.settled' ? objectOf(value) : undefined
    return settled?.['outcome'] === 'approved' && settled['deviceId'] === deviceId
  })
}

function nodeEvent({ collection, key, value }: Change, entry: JournalEntry): readonly AuditEvent[] {
  const record = objectOf(value)
  const subject = { nodeId: key, ...nameOf(record, 'claims') }
  if (collection === 'nodes.requests') {
    if (record !== undefined) return [{ what: 'asked', ...subject }]
    return entry.action === 'node.reject' ? [{ what: 'rejected', ...subject }] : []
  }
  if (record === undefined) return [{ what: 'removed', ...subject }]
  if (isTakeOver(entry)) return [{ what: 'paired', ...subject }]
  return [{ what: NODE_ACTIONS[entry.action] ?? 'node changed', ...subject }]
}

const NODE_ACTIONS: Readonly<Record<string, string>> = {
  'node.approve': 'approved',
  'node.rename': 'renamed',
  'device.tokens.hashed': 'token replaced by a hash',
}

/** What it calls itself. */
function nameOf(
  record: JsonObject | undefined,
  field: 'description' | 'claims' = 'description',
): Pick<AuditEvent, 'name'> {
  const name = textOf(objectOf(record?.[field])?.['displayName'])
  return name === undefined || name === '' ? {} : { name }
}

/** The same, where another change of the entry tells it. */
function nameIn({ changes }: JournalEntry, deviceId: string): KnownName {
  const found = changes.find(({ collection, key }) => {
    return collection === 'devices.paired' && key === deviceId
  })
  const record = objectOf(found?.value)
  return record === undefined ? {} : calledIn(record)
}

function extentOf(record: JsonObject | undefined): Pick<AuditEvent, 'detail'> {
  const parts = extentParts(
    { scopes: textsOf(record, 'scopes'), commands: textsOf(record, 'commands') },
    NAMES_SHOWN,
  )
  return parts.length === 0 ? {} : { detail: parts.join('; ') }
}

function textsOf(record: JsonObject | undefined, field: string): readonly string[] {
  const list = record?.[field]
  return Array.isArray(list) ? list.filter((text) => typeof text === 'string') : []
}
