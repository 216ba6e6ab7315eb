import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { DEFAULT_MAX_PER_ADDRESS } from '@openclaw/device-pairing'
import type { NodePairing } from '@openclaw/pairing/node'
import type { ChannelLog } from '@openclaw/pairing-contracts'
import {
  type GatewaySessions,
  gatewaySessions,
  type SharedSecret,
  type Timers,
} from '@openclaw/pairing-session'
import { type Claim, schemeOf } from '../claim.ts'
import { isLoopback } from '../http/address.ts'
import { clientReader } from '../http/client.ts'
import type { ChannelReport } from '../readiness.ts'
import { version } from '../version.ts'
import { followDecisions } from './follow-decisions.ts'
import { healthOf } from './health.ts'
import { legacyNodesOnWire } from './legacy-nodes.ts'
import { noticeLog } from './notice-log.ts'
import { switchedSetup } from './setup-switch.ts'
import { sockets } from './sockets.ts'

/** What {@link startDevices} works with. */
export interface DevicesComponents {
  readonly pairing: NodePairing
  readonly claim: Claim
  readonly secret: SharedSecret
  readonly reports: () => readonly ChannelReport[]
  readonly log: ChannelLog
  /** A log for what anybody who connects may cause. */
  readonly complain: ChannelLog
  readonly signal: AbortSignal
}

/** Devices on the gateway's WebSocket. */
export interface RunningDevices {
  readonly sessions: GatewaySessions
  /** Says goodbye to everybody, and closes what is left. */
  readonly stop: () => Promise<void>
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const digest = (text: string): Uint8Array => createHash('sha256').update(text).digest()
const sameSecret = (one: string, other: string): boolean =>
  timingSafeEqual(digest(one), digest(other))

const timers: Timers = {
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Takes devices on the gateway's port, and ends their connections as soon as the owner decides so, wherever that is. */
export async function startDevices(components: DevicesComponents): Promise<RunningDevices> {
  const { pairing, claim, log, signal } = components
  const sessions = await sessionsOf(components)
  const { gateway } = pairing.config()
  const open = sockets(
    {
      open: sessions.open,
      clientOf: clientReader(gateway.trustedProxies, schemeOf(claim)),
      isLocal: (request, client) => client.isLocal && bearer(request, claim.secret),
      release: claim.listener.release,
      idle: claim.listener.idle,
    },
    {
      hosts: isLoopback(gateway.host) ? [] : 'any',
      allowedOrigins: gateway.allowedOrigins,
    },
  )
  claim.listener.upgrade(open.upgrade)
  void followDecisions({ store: pairing.store, sessions, log }, signal)
  return {
    sessions,
    stop: async () => {
      await sessions.shutdown('service restart')
      await open.close()
    },
  }
}

async function sessionsOf({
  pairing,
  secret,
  reports,
  log,
  complain,
}: DevicesComponents): Promise<GatewaySessions> {
  const { backend } = pairing
  const devices = pairing.devices()
  const { gateway, devices: asked } = pairing.config()
  const { nodes, allowedOrigins } = gateway
  const inAll = asked.maxPending
  const maxWaiting = { perAddress: Math.min(DEFAULT_MAX_PER_ADDRESS, inAll), inAll }
  return gatewaySessions(
    {
      devices: switchedSetup({
        devices: devices.pairing,
        isOn: () => pairing.config().devicePair.enabled,
        onRefused: () =>
          complain('warn', 'setup-codes-off', { key: 'plugins.entries.device-pair.enabled' }),
      }),
      legacyNodes: legacyNodesOnWire(devices.legacyNodes),
      clock: pairing.clock,
      timers,
      random: (length) => randomBytes(length),
      sha256,
      sameSecret,
      sharedSecret: () => secret,
      health: () => healthOf(reports(), pairing.clock.now()),
      onNotice: noticeLog({ log, complain, now: () => performance.now() }),
      ...(backend.kind === 'postgres' && { replicas: backend.store.replicas }),
    },
    { version: version(), allowedOrigins, maxWaiting, ...nodes },
  )
}

/** The secret of `gateway.runtime.json` proves that its owner can read the state directory. */
function bearer({ headers }: IncomingMessage, secret: string): boolean {
  const given = /^Bearer (\S{1,1024})$/i.exec(headers.authorization ?? '')?.[1]
  return given !== undefined && sameSecret(given, secret)
}
