import type { StateVersion } from '@openclaw/pairing-protocol'
import type { Attempts } from './attempts.ts'
import type { Elsewhere } from './elsewhere/elsewhere.ts'
import type { FanOut } from './fan-out.ts'
import type { Counter } from './figures.ts'
import type { HalfOpen } from './half-open.ts'
import type { SessionCaps } from './limits.ts'
import type { Live } from './live.ts'
import type { PendingInvokes } from './nodes/pending.ts'
import type { NodeRegistry } from './nodes/registry.ts'
import type { Replays } from './nodes/replays.ts'
import type { AdmittedBy } from './notice.ts'
import type { Peer } from './peer.ts'
import type { SessionComponents, SessionOptions } from './ports.ts'
import type { Presence } from './presence.ts'
import type { Shown } from './shown.ts'
import type { Standings } from './standings.ts'
import type { Work } from './work.ts'

/** What all connections of a gateway share. */
export interface Hub {
  readonly components: SessionComponents
  readonly options: SessionOptions
  readonly caps: SessionCaps
  readonly startedAt: number
  readonly attempts: Attempts
  readonly counter: Counter
  readonly halfOpen: HalfOpen
  readonly live: Live
  readonly nodes: NodeRegistry
  readonly pending: PendingInvokes
  readonly replays: Replays
  readonly presence: Presence
  readonly shown: Shown
  readonly standings: Standings
  readonly work: Work
  readonly events: FanOut
  readonly stateVersion: () => StateVersion
  /** The other gateways, where several share a store. */
  readonly elsewhere: Elsewhere | undefined
  /** Somebody was admitted, and has their hello-ok. */
  readonly entered: (peer: Peer, by: AdmittedBy) => void
  /** Ends the live connections whose admission no longer holds: of one device, or all. */
  readonly recheck: (deviceId?: string) => number
}
