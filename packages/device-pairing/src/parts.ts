import type {
  Actor,
  Clock,
  CredentialStore,
  Intent,
  LiveView,
  RandomBytes,
  Scope,
  Sha256,
} from '@openclaw/pairing-contracts'
import { defaultPolicy, type GrantPolicy } from './access.ts'
import {
  COUNTERS,
  type CounterRecord,
  DEVICES,
  type DeviceRecord,
  REQUESTS,
  type RequestRecord,
  SETTLED,
  type SettledRecord,
} from './collections.ts'
import { REMOVED, RESTS, type RemovedRecord, type RestRecord } from './ended-records.ts'
import type { Sha256Bytes } from './identity.ts'
import { DEFAULT_MAX_PER_ADDRESS, DEFAULT_MAX_WAITING, MAX_WAITING_LIMIT } from './limits.ts'
import { type DeviceMemory, deviceMemory } from './memory.ts'
import type { VerifyEd25519 } from './prove.ts'
import { SETUP_CODES, type SetupRecord } from './setup-record.ts'

/** Everything outside the process that device pairing needs. */
export interface DevicePairingPorts {
  readonly store: CredentialStore
  readonly clock: Clock
  readonly random: RandomBytes
  readonly sha256: Sha256
  readonly sha256Bytes: Sha256Bytes
  readonly verifyEd25519: VerifyEd25519
  /**
   * Whether an owner in chat still is one; asked inside the transaction of what they decide, so that one who was removed
   * meanwhile decides nothing. Without it the caller vouches for them.
   */
  readonly isOwner?: (owner: OwnerActor) => boolean
}

/** An owner, in the chat where they write. */
export type OwnerActor = Extract<Actor, { readonly kind: 'owner' }>

/** What an operator may choose; all optional. */
export interface DevicePairingOptions {
  /** Requests that wait in all; 50 unless given, 1–500. */
  readonly maxWaiting?: number
  /** Requests that wait from one address (of IPv6 its first 64 bits); 5 unless given, at most as many as in all. */
  readonly maxPerAddress?: number
  /**
   * Approves the first request of a node that asks for no scopes, where the client proved that it can read the state
   * directory and has what lets it ask; off unless `'nodes'`.
   */
  readonly autoApproveLocal?: 'nodes' | 'off'
  /** What may be granted at all; every `operator.` scope to operators and every command to nodes unless given. */
  readonly policy?: GrantPolicy
}

/** The live views, each opened when it is first needed. */
export interface Views {
  readonly devices: () => LiveView<DeviceRecord>
  readonly requests: () => LiveView<RequestRecord>
  readonly settled: () => LiveView<SettledRecord>
  readonly rests: () => LiveView<RestRecord>
  readonly removed: () => LiveView<RemovedRecord>
  readonly counters: () => LiveView<CounterRecord>
  readonly setupCodes: () => LiveView<SetupRecord>
}

/** What the verbs work with. */
export interface Parts extends DevicePairingPorts {
  readonly views: Views
  readonly memory: DeviceMemory
  readonly policy: GrantPolicy
  readonly maxWaiting: number
  readonly maxPerAddress: number
  readonly approvesLocally: boolean
}

/** What a list works with. */
export type ListParts = Pick<Parts, 'clock' | 'sha256' | 'views' | 'memory' | 'maxWaiting'>

/** Puts ports and options together. */
export function partsOf(ports: DevicePairingPorts, options: DevicePairingOptions): Parts {
  const parts = { ...ports, ...listPartsOf(ports, options) }
  return {
    ...parts,
    policy: options.policy ?? defaultPolicy,
    maxPerAddress: bounded(options.maxPerAddress, DEFAULT_MAX_PER_ADDRESS, parts.maxWaiting),
    approvesLocally: options.autoApproveLocal === 'nodes',
  }
}

/** The same for a list. */
export function listPartsOf(
  { store, clock, sha256 }: Pick<DevicePairingPorts, 'clock' | 'sha256'> & Readable,
  { maxWaiting }: Pick<DevicePairingOptions, 'maxWaiting'>,
): ListParts {
  return {
    clock,
    sha256,
    views: viewsOf(store),
    memory: deviceMemory(),
    maxWaiting: bounded(maxWaiting, DEFAULT_MAX_WAITING, MAX_WAITING_LIMIT),
  }
}

/** A store that is only read. */
export interface Readable {
  readonly store: Pick<CredentialStore, 'view'>
}

function bounded(configured: number | undefined, otherwise: number, most: number): number {
  const wanted = configured !== undefined && Number.isInteger(configured) ? configured : otherwise
  return Math.min(Math.max(wanted, 1), most)
}

function viewsOf(store: Pick<CredentialStore, 'view'>): Views {
  return {
    devices: once(() => store.view(DEVICES)),
    requests: once(() => store.view(REQUESTS)),
    settled: once(() => store.view(SETTLED)),
    rests: once(() => store.view(RESTS)),
    removed: once(() => store.view(REMOVED)),
    counters: once(() => store.view(COUNTERS)),
    setupCodes: once(() => store.view(SETUP_CODES)),
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** All writes about devices run one after another. */
const SCOPE = 'devices' as Scope

/** Who changes what. */
export function intentOf(actor: Intent['actor'], action: string): Intent {
  return { scope: SCOPE, actor, action }
}
