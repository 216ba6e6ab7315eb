import { setMaxListeners } from 'node:events'
import type { Webchat } from '@openclaw/channel-webchat'
import { type NodePairing, openPairing } from '@openclaw/pairing/node'
import {
  type Config,
  hintCommand,
  loadConfig,
  programForStrangers,
  requireValid,
} from '@openclaw/pairing-config'
import { nodeFiles, tailnetAddress } from '@openclaw/pairing-config/node'
import type { AgentPort, ChannelLog } from '@openclaw/pairing-contracts'
import type { SharedSecret } from '@openclaw/pairing-session'
import { agentOf } from './agent/agent-of.ts'
import { functionAgent } from './agent/function-agent.ts'
import { connectionsOf } from './channels/build.ts'
import { type Channels, startChannels } from './channels/channels.ts'
import { countedAgent } from './channels/host.ts'
import { recipients } from './channels/recipients.ts'
import { type Traffic, traffic } from './channels/traffic.ts'
import { type Claim, claim, schemeOf } from './claim.ts'
import { configuredEvents } from './events/configured.ts'
import type { RunningEvents } from './events/events.ts'
import { keepPagesFresh } from './keep-pages-fresh.ts'
import { followHealth } from './log/follow-health.ts'
import { logHealth } from './log/health.ts'
import { sparingly } from './log/once.ts'
import { openLog } from './log/open-log.ts'
import { urlHost } from './machine/port-holder.ts'
import { gatewayMetrics, type Metrics } from './metrics.ts'
import { chatCommands } from './owners/chat-commands.ts'
import { notingPlaces } from './owners/note-places.ts'
import { tellOwners } from './owners/tell-owners.ts'
import { readinessOf } from './readiness.ts'
import { keepConfigFresh, logMissing, logProblems } from './reload.ts'
import { serve } from './serve.ts'
import { sharedSecretOf, watchToken } from './shared-secret.ts'
import { stopper } from './stop.ts'
import { serveCertificate } from './tls/serve-certificate.ts'
import type { GatewayOptions, RunningGateway } from './types.ts'
import { type Undo, undoList } from './undo.ts'
import { type RunningDevices, startDevices } from './ws/devices.ts'

/**
 * Starts the gateway: channels, gate, agent and HTTP on one port.
 *
 * @throws an `OpenClawError` that names the way out: `ERR_CONFIG_…`, `ERR_OTHER_OPENCLAW_RUNNING`, `ERR_GATEWAY_…`,
 *   `ERR_WEBHOOK_URL_REFUSED`, or what the store says of its state. Nothing keeps running then.
 */
export async function startGateway(options: GatewayOptions = {}): Promise<RunningGateway> {
  const undo = undoList()
  try {
    return await start(options, undo)
  } catch (error) {
    await undo.all()
    throw error
  }
}

/** Everything that is put together once. */
interface Parts {
  readonly config: Config
  readonly claim: Claim
  /** What lets a device ask for pairing. */
  readonly shared: SharedSecret
  readonly log: ChannelLog
  readonly pairing: NodePairing
  readonly metrics: Metrics
  readonly traffic: Traffic
  readonly stopping: AbortController
  readonly cli: string
  /** The same for whoever opens a page. */
  readonly publicCli: string
}

async function start(options: GatewayOptions, undo: Undo): Promise<RunningGateway> {
  const parts = await build(options, undo)
  const { config, pairing, log, metrics, stopping } = parts
  undo.add(watchToken(parts))
  const events = await configuredEvents(parts)
  if (events !== undefined) undo.add(events.stop)
  const connections = await connectionsOf(parts)
  const { chat } = connections
  const complain = sparingly(log, () => performance.now())
  const connected = await startChannels(
    {
      pairing,
      gate: notingPlaces({ pairing, complain }),
      commands: chatCommands(parts),
      agent: countedAgent(agentFor(options, config), metrics),
      log,
      complain,
      metrics,
      recipients: recipients(pairing.clock.now),
      traffic: parts.traffic,
      signal: stopping.signal,
    },
    connections,
  )
  const channels = withNotices(parts, connected)
  const fresh = keepFresh(parts, chat)
  undo.add(fresh.stop)
  undo.add(serveCertificate(parts).stop)
  const devices = await devicesOf(parts, channels)
  return running(parts, { channels, chat, devices, events, undo })
}

async function build(options: GatewayOptions, undo: Undo): Promise<Parts> {
  const { env = process.env, profile, program = 'openclaw' } = options
  const config = await loadConfig({ env, files: nodeFiles(), args: { profile }, tailnetAddress })
  requireValid(config)
  const claimed = await claim(config, options, undo)
  const shared = await sharedSecretOf(config)
  const log = await openLog(config, options, [claimed.secret, shared.secret])
  logProblems(log, config)
  logMissing(log, config)
  const pairing = await openPairing({ env, program, ...(profile !== undefined && { profile }) })
  undo.add(pairing.close)
  logHealth(log, pairing)
  undo.add(followHealth(log, pairing).stop)
  const stopping = new AbortController()
  // Every account listens to it, however many there are.
  setMaxListeners(0, stopping.signal)
  undo.add(() => stopping.abort())
  return {
    config,
    claim: claimed,
    shared,
    log,
    pairing,
    metrics: gatewayMetrics(),
    traffic: traffic(),
    stopping,
    cli: cliOf(program, config),
    publicCli: cliOf(programForStrangers(program), config),
  }
}

function devicesOf(
  { pairing, claim, shared, log, stopping }: Parts,
  { reports }: Channels,
): Promise<RunningDevices> {
  const complain = sparingly(log, () => performance.now())
  return startDevices({
    pairing,
    claim,
    secret: shared,
    reports,
    log,
    complain,
    signal: stopping.signal,
  })
}

/** Owners are told on these channels, as long as they are there. */
function withNotices({ pairing, log, cli, stopping }: Parts, channels: Channels): Channels {
  const complain = sparingly(log, () => performance.now())
  const told = tellOwners({ pairing, channels, cli, log, complain }, stopping.signal)
  return { ...channels, ended: Promise.all([channels.ended, told]).then(() => {}) }
}

/** How commands begin here. */
function cliOf(program: string, { paths }: Config): string {
  return hintCommand({ program, profile: paths.profile }, '').trim()
}

function agentFor({ agent }: GatewayOptions, config: Config): AgentPort {
  if (typeof agent === 'function') return functionAgent(agent)
  return agent ?? agentOf(config.agent)
}

/** Policies, lists and pages follow what changes outside of this process. */
function keepFresh(
  { pairing, log, stopping }: Parts,
  chat: Webchat | undefined,
): { readonly stop: () => void } {
  if (chat !== undefined) {
    const complain = sparingly(log, () => performance.now())
    void keepPagesFresh({ store: pairing.store, chat, log: complain }, stopping.signal)
  }
  return keepConfigFresh({ pairing, log, onChange: () => void chat?.refresh() })
}

interface Started {
  readonly channels: Channels
  readonly chat: Webchat | undefined
  readonly devices: RunningDevices
  readonly events: RunningEvents | undefined
  readonly undo: Undo
}

function running(parts: Parts, { channels, chat, devices, events, undo }: Started): RunningGateway {
  const { config, pairing, log, claim, metrics, traffic, stopping, cli, publicCli } = parts
  const { port } = claim.listener
  const url = `${schemeOf(claim)}://${urlHost(config.gateway.host)}:${String(port)}`
  const stop = stopper({
    listener: claim.listener,
    traffic,
    stopping,
    channels,
    devices,
    undo,
    log,
  })
  const readiness = () =>
    readinessOf({ pairing, channels: channels.reports, isStopping: stop.isStopping })
  serve({
    claim,
    pairing,
    chat,
    hooks: channels.hooks,
    isStopping: stop.isStopping,
    devices,
    events,
    metrics,
    log,
    reports: channels.reports,
    readiness,
    publicCli,
  })
  const tlsFingerprint = () => claim.tls?.current().fingerprint
  log('info', 'started', {
    url,
    stateDir: config.paths.stateDir,
    ...(pairing.backend.kind === 'postgres' && { database: pairing.backend.store.where }),
    pid: process.pid,
    ...(claim.tls && { tlsFingerprint: claim.tls.current().fingerprint }),
  })
  return { url, tlsFingerprint, port, pairing, log, readiness, cli, stop: stop.stop }
}
