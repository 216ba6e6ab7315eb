import { type Announced, announcedIn } from '@openclaw/device-pairing'
import type { Change, ChannelLog, CredentialStore } from '@openclaw/pairing-contracts'
import { type GatewaySessions, requestView } from '@openclaw/pairing-session'
import { follow } from '../follow.ts'
import { legacyRequestOnWire } from './legacy-nodes.ts'

/** What {@link followDecisions} works with. */
export interface FollowDecisionsComponents {
  readonly store: CredentialStore
  readonly sessions: Pick<GatewaySessions, 'recheck' | 'publish'>
  readonly log: ChannelLog
}

/**
 * Ends connections and tells operators what was asked and decided, wherever that was, until `signal` aborts. Never rejects.
 */
export function followDecisions(
  { store, sessions, log }: FollowDecisionsComponents,
  signal: AbortSignal,
): Promise<void> {
  return follow(
    {
      store,
      log,
      onEntry: (entry) => {
        recheckChanged(sessions, entry.changes)
        for (const news of announcedIn(entry)) tell(sessions, news)
      },
      onGap: () => recheck(sessions, undefined),
    },
    signal,
  )
}

/** One device is looked for by itself; many, such as those that were only seen, in one look at all connections. */
function recheckChanged(
  sessions: FollowDecisionsComponents['sessions'],
  changes: readonly Change[],
): void {
  const paired = changes.filter(({ collection }) => collection === 'devices.paired')
  const [only, ...others] = paired
  if (only !== undefined) recheck(sessions, others.length === 0 ? only.key : undefined)
}

function recheck(
  sessions: FollowDecisionsComponents['sessions'],
  deviceId: string | undefined,
): void {
  try {
    sessions.recheck(deviceId)
  } catch {
    // The store cannot answer; the sessions look at all again as soon as it can.
  }
}

function tell({ publish }: FollowDecisionsComponents['sessions'], news: Announced): void {
  switch (news.what) {
    case 'device-asks':
      publish('device.pair.requested', requestView(news.request))
      break
    case 'device-settled': {
      const { requestId, deviceId, outcome: decision, at: ts } = news
      publish('device.pair.resolved', { requestId, deviceId, decision, ts })
      break
    }
    case 'node-asks':
      publish('node.pair.requested', legacyRequestOnWire(news.request))
      break
    case 'node-settled': {
      const { requestId, nodeId, outcome: decision, at: ts } = news
      publish('node.pair.resolved', { requestId, nodeId, decision, ts })
    }
  }
}
