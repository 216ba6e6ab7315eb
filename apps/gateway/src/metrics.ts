import type { GateOutcome, InboundDm } from '@openclaw/pairing-contracts'
import type { SessionFigures } from '@openclaw/pairing-session'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { EventFigures } from './events/figures.ts'
import { eventGauges } from './events/gauges.ts'
import type { ChannelReport } from './readiness.ts'

/** What only a moment's look can tell; asked at each scrape. */
export interface Snapshot {
  readonly pending: readonly {
    readonly channel: string
    readonly account: string
    readonly pending: number
    readonly turnedAway: number
  }[]
  readonly channels: readonly ChannelReport[]
  /** `undefined` while the store cannot answer. */
  readonly journalSeq: number | undefined
  readonly isStoreUp: boolean
  readonly webchat: Readonly<Record<string, number>>
  /** Devices that wait for the owner. */
  readonly pendingDevices: number
  /** Setup codes that are known, by state. */
  readonly setupCodes: Readonly<Partial<Record<string, number>>>
  readonly sessions: SessionFigures
  /** `undefined` where events are sent nowhere. */
  readonly events: EventFigures | undefined
}

/** The gateway's figures; no ids and no texts in them. */
export interface Metrics {
  readonly gate: (inbound: InboundDm, outcome: GateOutcome['outcome'] | 'failed') => void
  readonly ignored: (channel: string) => void
  readonly sent: (channel: string, outcome: string) => void
  readonly agent: (outcome: string, ms: number) => void
  readonly http: (route: string, status: number) => void
  /** What a platform that called was answered. */
  readonly webhook: (channel: string, status: number) => void
  readonly text: (snapshot: Snapshot) => Promise<{ readonly text: string; readonly type: string }>
}

/** All figures at zero. */
export function gatewayMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const counter = <T extends string>(name: string, help: string, labelNames: readonly T[]) =>
    new Counter({ name: `openclaw_${name}`, help, labelNames, registers })
  const gate = counter('gate_outcomes_total', 'Direct messages, by what the gate said', [
    'channel',
    'account',
    'outcome',
  ])
  const ignored = counter('ignored_events_total', 'Events that are no direct message', ['channel'])
  const sent = counter('sends_total', 'Texts sent, by what became of them', ['channel', 'outcome'])
  const http = counter('http_requests_total', 'HTTP requests', ['route', 'status'])
  const webhook = counter(
    'webhook_requests_total',
    'Calls of platforms, by what they were answered',
    ['channel', 'status'],
  )
  const agent = new Histogram({
    name: 'openclaw_agent_delivery_seconds',
    help: 'Deliveries to the agent, by what became of them',
    labelNames: ['outcome'],
    buckets: [0.005, 0.05, 0.25, 1, 5, 15, 60],
    registers,
  })
  const show = snapshotGauges(registers)
  return {
    gate: ({ channel, account }, outcome) => gate.inc({ channel, account, outcome }),
    ignored: (channel) => ignored.inc({ channel }),
    sent: (channel, outcome) => sent.inc({ channel, outcome }),
    agent: (outcome, ms) => agent.observe({ outcome }, ms / 1_000),
    http: (route, status) => http.inc({ route, status }),
    webhook: (channel, status) => webhook.inc({ channel, status }),
    text: async (snapshot) => {
      show(snapshot)
      return { text: await registry.metrics(), type: registry.contentType }
    },
  }
}

function snapshotGauges(registers: Registry[]): (snapshot: Snapshot) => void {
  const gauge = <T extends string>(name: string, help: string, labelNames: readonly T[]) =>
    new Gauge({ name: `openclaw_${name}`, help, labelNames, registers })
  const account = ['channel', 'account'] as const
  const pending = gauge('pending_requests', 'Requests that wait for the owner', account)
  const turnedAway = gauge(
    'turned_away',
    'Messages of strangers turned away because enough wait already',
    account,
  )
  const up = gauge('channel_up', '1 while the account is connected', account)
  const standby = gauge('channel_standby', '1 while another gateway has the account', account)
  const store = gauge('store_up', '1 while the store answers', [])
  const seq = gauge('journal_seq', 'The last transaction of the store', [])
  const webchat = gauge('webchat', 'Figures of the web chat', ['figure'])
  const showDevices = deviceGauges(gauge)
  const showEvents = eventGauges(gauge)
  return (snapshot) => {
    for (const each of [pending, turnedAway, up, standby]) each.reset()
    for (const { pending: waiting, turnedAway: away, ...labels } of snapshot.pending) {
      pending.set(labels, waiting)
      turnedAway.set(labels, away)
    }
    for (const { channel, account: name, state } of snapshot.channels) {
      const labels = { channel, account: name }
      // Neither up nor down here: whoever has it says so.
      if (state === 'standby') standby.set(labels, 1)
      else up.set(labels, state === 'connected' ? 1 : 0)
    }
    store.set(snapshot.isStoreUp ? 1 : 0)
    if (snapshot.journalSeq !== undefined) seq.set(snapshot.journalSeq)
    for (const [figure, value] of Object.entries(snapshot.webchat)) webchat.set({ figure }, value)
    showDevices(snapshot)
    showEvents(snapshot)
  }
}

/** Makes a figure that is set at each scrape. */
export type MakeGauge = <T extends string>(
  name: string,
  help: string,
  labelNames: readonly T[],
) => Gauge<T>

function deviceGauges(gauge: MakeGauge): (snapshot: Snapshot) => void {
  const pending = gauge('pending_devices', 'Devices that wait for the owner', [])
  const connected = gauge('device_connections', 'Connections of devices now, by role', ['role'])
  const invokes = gauge('pending_invokes', 'Commands that nodes have not answered yet', [])
  const locked = gauge('locked_addresses', 'Addresses that showed too many wrong secrets', [])
  const handshakes = gauge('device_handshakes_total', 'Devices let in, by what', ['by'])
  const refusals = gauge('device_refusals_total', 'Connections refused, by why', ['code'])
  const ends = gauge('device_ends_total', 'Connections of devices that ended, by why', ['because'])
  const codes = gauge('setup_codes', 'Setup codes that live or ended within 7 days', ['state'])
  const shown = gauge('setup_codes_shown_total', 'Setup codes shown, by what they were worth', [
    'outcome',
  ])
  return ({ pendingDevices, setupCodes, sessions }) => {
    codes.reset()
    for (const [state, count = 0] of Object.entries(setupCodes)) codes.set({ state }, count)
    for (const [outcome, count] of Object.entries(sessions.setupCodes)) {
      shown.set({ outcome }, count)
    }
    pending.set(pendingDevices)
    connected.set({ role: 'half-open' }, sessions.halfOpen)
    connected.set({ role: 'operator' }, sessions.operators)
    connected.set({ role: 'node' }, sessions.nodes)
    invokes.set(sessions.pendingInvokes)
    locked.set(sessions.lockedAddresses)
    for (const [by, count] of Object.entries(sessions.admitted)) handshakes.set({ by }, count)
    for (const [code, count] of Object.entries(sessions.refused)) refusals.set({ code }, count)
    for (const [because, count] of Object.entries(sessions.closed)) ends.set({ because }, count)
  }
}
