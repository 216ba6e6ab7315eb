import { setTimeout as sleep } from 'node:timers/promises'
import type {
  Change,
  ChannelLog,
  Collection,
  CredentialStore,
  Json,
} from '@openclaw/pairing-contracts'
import type { GatewaySessions } from '@openclaw/pairing-session'
import { inWords } from '../channels/supervise.ts'
import { FOLLOW_AGAIN_MS } from '../limits.ts'

/** What {@link followDecisions} works with. */
export interface FollowComponents {
  readonly store: CredentialStore
  readonly sessions: Pick<GatewaySessions, 'recheck' | 'publish'>
  readonly log: ChannelLog
}

/** Only its position is looked at. */
const anything: Collection<Json> = {
  name: 'devices.paired',
  decode: (value) => value,
  encode: (value) => value,
}

/**
 * Ends connections and tells operators what was decided, wherever it was decided, until `signal` aborts. Never rejects.
 */
export async function followDecisions(
  { store, sessions, log }: FollowComponents,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const { changes } of store.changes(store.view(anything).seq(), signal)) {
        if (changes.some(({ collection }) => collection === anything.name)) sessions.recheck()
        for (const change of changes) tell(sessions, change)
      }
    } catch (error) {
      log('warn', 'journal-not-followed', { reason: inWords(error) })
      await sleep(FOLLOW_AGAIN_MS, undefined, { signal }).catch(() => {})
      // What was decided in between is not told one by one, but it holds.
      recheck(sessions)
    }
  }
}

function recheck(sessions: FollowComponents['sessions']): void {
  try {
    sessions.recheck()
  } catch {
    // The store cannot answer; the next beat of the sessions looks again.
  }
}

/** An id of the old store of nodes is taken off its list by the decision; only those of devices leave a trace. */
function tell({ publish }: FollowComponents['sessions'], { collection, key, value }: Change): void {
  if (collection !== 'devices.settled' || value === undefined) return
  const { deviceId, outcome, at } = value as Readonly<Record<string, Json>>
  if (typeof deviceId !== 'string' || typeof at !== 'number') return
  if (outcome !== 'approved' && outcome !== 'rejected') return
  publish('device.pair.resolved', { requestId: key, deviceId, decision: outcome, ts: at })
}
