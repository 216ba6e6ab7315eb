import type { OwnerNotice } from '@openclaw/pairing-owner-notices'
import type { AuditEvent } from '../audit/events.ts'
import { newestRows } from '../audit/read.ts'
import type { Session } from '../people/session.ts'

/** Who asked with a request, as the journal tells. */
export type Subject = Pick<AuditEvent, 'senderId' | 'meta' | 'deviceId' | 'label' | 'name'>

/** Nobody is told of a request that waits for longer. */
const BEFORE_MS = 25 * 3_600_000
/** Rows of the journal that are looked through: the newest messages have their names among them. */
const MOST_ROWS = 5_000

/** Who asked, by request. Of one from long ago it may not be known any more. */
export async function subjectsOf(
  { pairing: { store } }: Session,
  notices: readonly OwnerNotice[],
): Promise<ReadonlyMap<string, Subject>> {
  const wanted = new Set(notices.map(({ requestId }) => requestId))
  if (wanted.size === 0) return new Map()
  const since = Math.min(...notices.map(({ at }) => at)) - BEFORE_MS
  const rows = await newestRows(store, { limit: MOST_ROWS, since })
  const found = new Map<string, Subject>()
  for (const { what, requestId, ...event } of rows.flatMap(({ events }) => events)) {
    if (requestId === undefined || !wanted.has(requestId) || !/asked$/.test(what)) continue
    const { senderId, meta, deviceId, label, name } = event
    const subject = { senderId, meta, deviceId, label, name }
    found.set(requestId, Object.fromEntries(Object.entries(subject).filter(isSaid)))
  }
  return found
}

const isSaid = ([, value]: readonly [string, unknown]): boolean => value !== undefined
