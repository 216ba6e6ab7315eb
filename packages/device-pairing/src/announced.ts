import type { Change, Collection, EpochMs, JournalEntry } from '@openclaw/pairing-contracts'
import { REQUESTS, SETTLED } from './collections.ts'
import { LEGACY_REQUESTS } from './legacy-collections.ts'
import { toRequest as toLegacyRequest } from './legacy-parts.ts'
import type { LegacyNodeRequest } from './legacy-types.ts'
import { toRequest } from './shown.ts'
import type { DeviceRequest } from './types.ts'

/** What an entry of the journal says to whoever decides about devices. */
export type Announced =
  | { readonly what: 'device-asks'; readonly request: DeviceRequest }
  | {
      readonly what: 'device-settled'
      readonly requestId: string
      readonly deviceId: string
      readonly outcome: 'approved' | 'rejected'
      readonly at: EpochMs
    }
  | { readonly what: 'node-asks'; readonly request: LegacyNodeRequest }
  | {
      readonly what: 'node-settled'
      readonly requestId: string
      readonly nodeId: string
      readonly outcome: 'approved' | 'rejected'
      readonly at: EpochMs
    }

/**
 * Which requests an entry of the journal made or decided, whichever gateway or program wrote it. A request that is only written
 * again, because its device asked again, is none. What cannot be read is left out. Never throws.
 */
export function announcedIn(entry: JournalEntry): readonly Announced[] {
  return [...entry.changes.flatMap(deviceNews), ...legacyDecision(entry)]
}

function deviceNews(change: Change): readonly Announced[] {
  const { key } = change
  const asked = valueIn(REQUESTS, change)
  // Only a request that was just made has never been asked again.
  if (asked?.createdAt === asked?.lastAskedAt && asked !== undefined) {
    return [{ what: 'device-asks', request: toRequest(key, asked) }]
  }
  const settled = valueIn(SETTLED, change)
  if (settled?.outcome === 'approved' || settled?.outcome === 'rejected') {
    const { deviceId, outcome, at } = settled
    return [{ what: 'device-settled', requestId: key, deviceId, outcome, at }]
  }
  const old = valueIn(LEGACY_REQUESTS, change)
  return old === undefined ? [] : [{ what: 'node-asks', request: toLegacyRequest(key, old) }]
}

const DECISIONS: Readonly<Record<string, 'approved' | 'rejected'>> = {
  'node.approve': 'approved',
  'node.reject': 'rejected',
}

/** The old store only takes a decided request off its list; which one it was stands beside the change. */
function legacyDecision({ action, detail, time }: JournalEntry): readonly Announced[] {
  const outcome = Object.hasOwn(DECISIONS, action) ? DECISIONS[action] : undefined
  const { requestId, nodeId } = detail ?? {}
  if (outcome === undefined || typeof requestId !== 'string' || typeof nodeId !== 'string')
    return []
  return [{ what: 'node-settled', requestId, nodeId, outcome, at: time }]
}

function valueIn<T>({ name, decode }: Collection<T>, { collection, value }: Change): T | undefined {
  if (collection !== name || value === undefined) return undefined
  try {
    return decode(value)
  } catch {
    return undefined
  }
}
