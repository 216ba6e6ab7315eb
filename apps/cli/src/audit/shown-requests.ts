import type { Change, JournalEntry, Json, JsonObject } from '@openclaw/pairing-contracts'
import { objectOf, textOf } from './fields.ts'

/** The requests that an owner was shown in their chat by this entry: what they approve there afterwards is that. */
export function shownRequests(
  { value }: Pick<Change, 'value'>,
  { action }: Pick<JournalEntry, 'action'>,
): readonly string[] {
  if (action !== 'owner.show' || !Array.isArray(value)) return []
  const items = (value as readonly Json[]).flatMap((item): readonly JsonObject[] => {
    const found = objectOf(item)
    return found === undefined ? [] : [found]
  })
  const latest = Math.max(...items.map(lastAt))
  return items
    .filter((item) => lastAt(item) === latest)
    .flatMap((item) => textOf(item['requestId']) ?? [])
}

function lastAt({ lastAt: time }: JsonObject): number {
  return typeof time === 'number' ? time : 0
}
