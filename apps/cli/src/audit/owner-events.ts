import type { Change, JournalEntry } from '@openclaw/pairing-contracts'
import type { AuditEvent } from './events.ts'
import { objectOf, textOf } from './fields.ts'

/** What owners were told, and where they write. */
export const OWNER_COLLECTIONS: readonly string[] = ['owner.notices', 'owner.places']

const TOLD: Readonly<Record<string, string>> = {
  sent: 'owner told',
  failed: 'owner could not be told',
  unknown: 'owner perhaps told',
  unsupported: 'owner cannot be told',
}

/** That an owner was told of a request, or was not; of a line for several once, for all of them. */
export function ownerNoticeEvent(change: Change, entry: JournalEntry): readonly AuditEvent[] {
  const value = objectOf(change.value)
  const what = TOLD[textOf(value?.['state']) ?? '']
  if (value === undefined || what === undefined) return []
  const [channel = '', ...rest] = change.key.split('/')
  const requestId = rest.pop() ?? ''
  const together = entry.changes.filter((other) => isSameLine(other, change))
  if (together[0] !== change) return []
  const about =
    together.length === 1
      ? { what, requestId }
      : { what: `${what} of ${String(together.length)} in one line` }
  const reason = textOf(value['reason'])
  const detail = reason === undefined ? {} : { detail: reason }
  return [{ ...about, channel, senderId: rest.join('/'), ...detail }]
}

/** A line names its batch, and goes to one owner. */
function isSameLine(one: Change, other: Change): boolean {
  const [first, second] = [objectOf(one.value), objectOf(other.value)]
  const ownerOf = ({ key }: Change): string => key.slice(0, key.lastIndexOf('/'))
  return (
    one.collection === other.collection &&
    first?.['batch'] === second?.['batch'] &&
    first?.['state'] === second?.['state'] &&
    ownerOf(one) === ownerOf(other)
  )
}
