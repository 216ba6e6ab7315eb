import type { Change, JournalEntry, JsonObject } from '@openclaw/pairing-contracts'
import type { AuditEvent } from './events.ts'
import { objectOf, textOf } from './fields.ts'

/** What a device is called, as far as the journal tells. */
export type KnownName = Pick<AuditEvent, 'label' | 'name'>

/** Remembers what devices were called, entry by entry, oldest first. */
export interface NameMemory {
  /** What a device was called before the next entry that is learned. */
  readonly of: (deviceId: string) => KnownName
  readonly learn: (entry: JournalEntry) => void
}

/** Nothing is known at first. It holds one name a device. */
export function nameMemory(): NameMemory {
  const known = new Map<string, KnownName>()
  return {
    of: (deviceId) => known.get(deviceId) ?? {},
    learn: ({ changes }) => {
      for (const { collection, key, value } of changes) {
        const record = objectOf(value)
        // It begins anew, should it come again.
        if (record === undefined && collection === 'devices.paired') known.delete(key)
        if (record === undefined) continue
        if (collection === 'devices.paired') known.set(key, calledIn(record))
        const [deviceId = ''] = key.split('/')
        // Of a paired device the owner's name holds on.
        if (collection === 'devices.requests' && !known.has(deviceId))
          known.set(deviceId, calledIn(record))
      }
    },
  }
}

/** An entry without events, with no more of it than names; none where there are none: it may be one of very many. */
export function namesOnly(entry: JournalEntry): readonly JournalEntry[] {
  const changes = entry.changes.flatMap(({ collection, key, value }): readonly Change[] => {
    if (collection !== 'devices.paired') return []
    const record = objectOf(value)
    return [{ collection, key, value: record && nameRecord(calledIn(record)) }]
  })
  return changes.length === 0 ? [] : [{ ...entry, changes }]
}

function nameRecord({ label, name }: KnownName): JsonObject {
  return {
    ...(label === undefined ? {} : { label }),
    ...(name === undefined ? {} : { description: { displayName: name } }),
  }
}

/** The owner's name and its own in a record of a device. */
export function calledIn(record: JsonObject): KnownName {
  const label = textOf(record['label'])
  const name = textOf(objectOf(record['description'])?.['displayName'])
  return {
    ...(label === undefined || label === '' ? {} : { label }),
    ...(name === undefined || name === '' ? {} : { name }),
  }
}

/** An event with what its device was called before it, where it does not say so itself. */
export function withNameBefore(event: AuditEvent, memory: NameMemory): AuditEvent {
  if (event.deviceId === undefined) return event
  const before = memory.of(event.deviceId)
  const named = { ...before, ...event }
  if (event.what !== NAME_TAKEN || before.label === undefined) return named
  return { ...named, what: `took the name “${before.label}” away` }
}

/** Said of a name of the owner's that was taken away, where what it was is not known. */
export const NAME_TAKEN = 'took its name away'
