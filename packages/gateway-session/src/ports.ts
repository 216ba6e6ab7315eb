import type { DevicePairing } from '@openclaw/device-pairing'
import type { Clock, RandomBytes, Replicas, Sha256 } from '@openclaw/pairing-contracts'
import type { HealthReport } from '@openclaw/pairing-protocol'
import type { LegacyNodes } from './legacy.ts'
import type { SessionCaps } from './limits.ts'
import type { SessionNotice } from './notice.ts'

/** What is known of a connection before it says anything. */
export interface ConnectionFacts {
  /** The client's address as the server trusts it, at most 64 characters; `undefined` where there is none. */
  readonly address: string | undefined
  /** Whom limits are counted for: one IPv4 address, or the /64 that one IPv6 customer has. */
  readonly limitKey: string
  /** The header `Host`. */
  readonly host: string | undefined
  /** The header `Origin`, which browsers send. */
  readonly origin: string | undefined
  /** True when somebody passed the connection on. */
  readonly forwarded: boolean
  /** True only when the client proved that it can read this machine's state directory; never for an address. */
  readonly local: boolean
}

/** One socket, as a session needs it. What it throws counts as its end. */
export interface Connection {
  readonly facts: ConnectionFacts
  readonly send: (text: string) => void
  /** Closes in the orderly way; the session says nothing more afterwards. */
  readonly close: (code: number, reason: string) => void
  /** Drops the connection at once, with all that waits for it; without it `close` is called. */
  readonly cut?: () => void
  /** Bytes that were sent and still wait in this process. */
  readonly bufferedBytes: () => number
  /** Messages that were sent and still wait in this process; without it bytes alone count. */
  readonly bufferedFrames?: () => number
  /** Reads nothing more from the client, until `resume`: it does not read what it is told. */
  readonly pause?: () => void
  readonly resume?: () => void
  /** Called once, when the client is admitted: how long its messages may be from now on, in bytes. */
  readonly admitted?: (maxMessageBytes: number) => void
}

/** Takes back what was to run later; harmless when it ran already. */
export type Cancel = () => void

/** Runs something later. */
export interface Timers {
  readonly after: (ms: number, run: () => void) => Cancel
}

/** The secret that lets a device ask for pairing. */
export interface SharedSecret {
  readonly kind: 'token' | 'password'
  /** '' is never right. */
  readonly secret: string
}

/** A node told something. */
export interface NodeTold {
  readonly nodeId: string
  readonly event: string
  readonly payloadJSON: string | undefined
}

/** What sessions are made of; everything outside comes in here. */
export interface SessionComponents {
  readonly devices: DevicePairing
  /** Without it there are no methods `node.pair.*`. */
  readonly legacyNodes?: LegacyNodes
  /** The other gateways of the same store; without it there are none. */
  readonly replicas?: Replicas
  readonly clock: Clock
  readonly timers: Timers
  readonly random: RandomBytes
  readonly sha256: Sha256
  /** Compares two secrets in constant time. */
  readonly sameSecret: (one: string, other: string) => boolean
  /** Asked at each connect, so that a changed secret holds at once. */
  readonly sharedSecret: () => SharedSecret
  /** What `health` says to those who may read; anybody else hears its `ok` and `ts`. */
  readonly health?: () => HealthReport
  /** What a node tells; nobody waits for it. */
  readonly onNodeEvent?: (told: NodeTold) => void
  /** For logs: who was admitted, refused, closed, and what failed. Holds no secret. */
  readonly onNotice?: (notice: SessionNotice) => void
}

/** How sessions behave. */
export interface SessionOptions {
  /** `server.version` of hello-ok. */
  readonly version: string
  /** Origins besides the gateway's own, such as `https://ui.example.org`. */
  readonly allowedOrigins?: readonly string[]
  /** Commands that nodes of any platform may be asked, besides those of their platform. */
  readonly allowCommands?: readonly string[]
  /** Commands that no node may be asked; outranks everything. */
  readonly denyCommands?: readonly string[]
  /** What `skills.bins` answers to nodes; none unless given. */
  readonly skillBins?: readonly string[]
  /** How many requests may wait, so that who finds no room is told; the door counts them. */
  readonly maxWaiting?: MaxWaiting
  readonly caps?: Partial<SessionCaps>
}

/** Requests that may wait for the owner. */
export interface MaxWaiting {
  readonly perAddress: number
  readonly inAll: number
}
