import type { ReplicaId, Sha256 } from '@openclaw/pairing-contracts'
import type { Address } from './address.ts'
import { parseAddress } from './address.ts'
import type { LeaseTiming } from './lease-types.ts'
import {
  IDLE_UNDER_LOCK_MS,
  KEEP_EVENTS,
  LEASE_ASK_MS,
  LEASE_MARGIN_MS,
  LEASE_MS,
  LEASE_RENEW_MS,
  LOCK_WAIT_MS,
  LOOK_WITHIN_MS,
  OPEN_TIMEOUT_MS,
  OUTCOME_WITHIN_MS,
  POLL_MS,
  REPLICA_BEAT_MS,
  REPLICA_LIFE_MS,
  REPLICA_LOOK_MS,
  REPLICA_SWEEP_MS,
  RETRY_FOR_MS,
  STALE_MS,
  SWEEP_EVERY_MS,
  TELL_MS,
  WORK_WITHIN_MS,
} from './limits.ts'
import { type SqlNames, sqlNames } from './names.ts'
import type {
  KeepOptions,
  PostgresPorts,
  PostgresStoreOptions,
  PostgresTiming,
  ReplicaTiming,
} from './options.ts'
import { drawUuid } from './uuid.ts'

/** What every part of a store is told. */
export interface Context {
  /** This opening of the store. */
  readonly replicaId: ReplicaId
  readonly address: Address
  /** For notifications. */
  readonly listenAddress: Address
  readonly listens: boolean
  readonly writes: boolean
  readonly names: SqlNames
  readonly ports: PostgresPorts
  readonly sha256: Sha256
  readonly timing: PostgresTiming
  readonly leaseTiming: LeaseTiming
  readonly replicaTiming: ReplicaTiming
  readonly keep: Required<KeepOptions>
  readonly hold: 'all' | ReadonlySet<string>
  readonly openTimeoutMs: number
}

const TIMING: PostgresTiming = {
  pollMs: POLL_MS,
  staleMs: STALE_MS,
  lookWithinMs: LOOK_WITHIN_MS,
  lockWaitMs: LOCK_WAIT_MS,
  workWithinMs: WORK_WITHIN_MS,
  idleUnderLockMs: IDLE_UNDER_LOCK_MS,
  retryForMs: RETRY_FOR_MS,
  outcomeWithinMs: OUTCOME_WITHIN_MS,
  sweepEveryMs: SWEEP_EVERY_MS,
}

const LEASE_TIMING: LeaseTiming = {
  leaseMs: LEASE_MS,
  renewMs: LEASE_RENEW_MS,
  marginMs: LEASE_MARGIN_MS,
  askMs: LEASE_ASK_MS,
}

const REPLICA_TIMING: ReplicaTiming = {
  lifeMs: REPLICA_LIFE_MS,
  beatMs: REPLICA_BEAT_MS,
  lookMs: REPLICA_LOOK_MS,
  tellMs: TELL_MS,
  sweepMs: REPLICA_SWEEP_MS,
}

/** Reads the options; throws `ERR_STORE_URL` or `ERR_STORE_NAME`. */
export function contextOf(options: PostgresStoreOptions, ports: PostgresPorts): Context {
  const { url, listenUrl = url, schema = 'openclaw', hold = 'all', keep = {} } = options
  const applicationName = options.applicationName ?? 'openclaw'
  return {
    replicaId: drawUuid(ports.random) as ReplicaId,
    address: parseAddress(url, applicationName),
    listenAddress: parseAddress(listenUrl, applicationName),
    listens: options.listens !== 'never',
    writes: options.needs === 'writing',
    names: sqlNames(schema),
    ports,
    sha256: ports.sha256,
    timing: { ...TIMING, ...options.timing },
    leaseTiming: { ...LEASE_TIMING, ...options.leases },
    replicaTiming: { ...REPLICA_TIMING, ...options.replicas },
    keep: {
      events: Math.max(1, keep.events ?? KEEP_EVENTS),
      forMs: keep.forMs ?? Number.POSITIVE_INFINITY,
    },
    hold: hold === 'all' ? hold : new Set(hold),
    openTimeoutMs: options.openTimeoutMs ?? OPEN_TIMEOUT_MS,
  }
}

/** A moment here: by the clock that only goes forward, and by the time of day, which also counts while the machine sleeps. */
export interface Moment {
  readonly monotonic: number
  readonly wall: number
}

/** Now. */
export function momentOf({ clock, monotonic }: PostgresPorts): Moment {
  return { monotonic: monotonic(), wall: clock.now() }
}

/** How long ago it was, in ms; of both clocks the one that says more. */
export function ageOf(moment: Moment, ports: PostgresPorts): number {
  return Math.max(ports.monotonic() - moment.monotonic, ports.clock.now() - moment.wall)
}
