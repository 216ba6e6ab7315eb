import type { HealthReport } from '@openclaw/pairing-protocol'
import type { ChannelReport } from '../readiness.ts'

/** What `health` says of this gateway, in the shape that commands of 2026.2 print. */
export function healthOf(reports: readonly ChannelReport[], now: number): HealthReport {
  const names = [...new Set(reports.map(({ channel }) => channel))]
  const channels = names.map((name) => {
    const accounts = reports.filter(({ channel }) => channel === name)
    // What another gateway has is linked and runs, as far as whoever asks is concerned.
    const isUp = accounts.every(({ state }) => state === 'connected' || state === 'standby')
    return [name, { configured: true, linked: isUp, running: isUp }] as const
  })
  // More than the protocol names: what commands of 2026.2 look for.
  const report = {
    ok: true,
    ts: now,
    durationMs: 0,
    channels: Object.fromEntries(channels),
    channelOrder: names,
    channelLabels: Object.fromEntries(names.map((name) => [name, name])),
    heartbeatSeconds: 0,
    defaultAgentId: 'main',
    agents: [],
    sessions: { path: '', count: 0, recent: [] },
  }

  return report
}
