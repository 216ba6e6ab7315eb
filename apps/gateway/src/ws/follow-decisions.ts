import type { Change, ChannelLog, CredentialStore, Json } from '@openclaw/pairing-contracts'
import type { GatewaySessions } from '@openclaw/pairing-session'
import { follow } from '../follow.ts'

/** What {@link followDecisions} works with. */
export interface FollowDecisionsComponents {
  readonly store: CredentialStore
  readonly sessions: Pick<GatewaySessions, 'recheck' | 'publish'>
  readonly log: ChannelLog
}

/**
 * Ends connections and tells operators what was decided, wherever it was decided, until `signal` aborts. Never rejects.
 */
export function followDecisions(
  { store, sessions, log }: FollowDecisionsComponents,
  signal: AbortSignal,
): Promise<void> {
  const onChanges = (changes: readonly Change[]): void => {
    recheckChanged(sessions, changes)
    for (const change of changes) tell(sessions, change)
  }
  return follow({ store, log, onChanges, onGap: () => recheckAll(sessions) }, signal)
}

/** One device is looked for by itself; many, such as those that were only seen, in one look at all connections. */
function recheckChanged(
  { recheck }: FollowDecisionsComponents['sessions'],
  changes: readonly Change[],
): void {
  const paired = changes.filter(({ collection }) => collection === 'devices.paired')
  const [only, ...others] = paired
  if (only !== undefined) recheck(others.length === 0 ? only.key : undefined)
}

function recheckAll({ recheck }: FollowDecisionsComponents['sessions']): void {
  try {
    recheck()
  } catch {
    // The store cannot answer; the next beat of the sessions looks again.
  }
}

/** An id of the old store of nodes is taken off its list by the decision; only those of devices leave a trace. */
function tell(
  { publish }: FollowDecisionsComponents['sessions'],
  { collection, key, value }: Change,
): void {
  if (collection !== 'devices.settled' || value === undefined) return
  const { deviceId, outcome, at } = value as Readonly<Record<string, Json>>
  if (typeof deviceId !== 'string' || typeof at !== 'number') return
  if (outcome !== 'approved' && outcome !== 'rejected') return
  publish('device.pair.resolved', { requestId: key, deviceId, decision: outcome, ts: at })
}
