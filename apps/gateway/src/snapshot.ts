import type { Webchat } from '@openclaw/channel-webchat'
import type { NodePairing } from '@openclaw/pairing/node'
import type { Actor } from '@openclaw/pairing-contracts'
import type { RunningEvents } from './events/events.ts'
import { headOf } from './head.ts'
import type { Snapshot } from './metrics.ts'
import type { ChannelReport } from './readiness.ts'
import type { RunningDevices } from './ws/devices.ts'

/** What a {@link snapshot} looks at. */
export interface SnapshotComponents {
  readonly pairing: NodePairing
  readonly chat: Webchat | undefined
  readonly devices: RunningDevices
  readonly events: RunningEvents | undefined
  readonly reports: () => readonly ChannelReport[]
}

const READER: Actor = { kind: 'system', part: 'metrics' }

const UNKNOWN = {
  pending: [],
  pendingDevices: 0,
  setupCodes: {},
  journalSeq: undefined,
  isStoreUp: false,
} as const

/** How things stand now. A store that cannot answer is a figure too, not the end of all figures. */
export async function snapshot({
  pairing,
  chat,
  devices,
  events: running,
  reports,
}: SnapshotComponents): Promise<Snapshot> {
  const channels = reports()
  const sessions = devices.sessions.figures()
  const webchat = { ...chat?.figures() }
  const events = running?.figures()
  try {
    const pending = await pendingOf(pairing)
    const journalSeq = headOf(pairing.store)
    const pendingDevices = await pendingDevicesOf(pairing)
    const setupCodes = await setupCodesOf(pairing)
    const store = { pending, pendingDevices, setupCodes, journalSeq, isStoreUp: true }
    return { ...store, channels, webchat, sessions, events }
  } catch {
    return { ...UNKNOWN, channels, webchat, sessions, events }
  }
}

async function pendingOf({ people }: NodePairing): Promise<Snapshot['pending']> {
  const lists = await people.list(READER)
  return ('outcome' in lists ? [] : lists).map((list) => ({
    channel: list.channel,
    account: list.account,
    pending: list.requests.length,
    turnedAway: list.turnedAway?.count ?? 0,
  }))
}

async function pendingDevicesOf({ devices }: NodePairing): Promise<number> {
  const lists = await (await devices()).pairing.list(READER)
  return 'outcome' in lists ? 0 : lists.waiting.length
}

async function setupCodesOf({ devices }: NodePairing): Promise<Snapshot['setupCodes']> {
  const codes = await (await devices()).pairing.setup.list(READER)
  const counts: Record<string, number> = {}
  if ('outcome' in codes) return counts
  for (const { state } of codes) counts[state] = (counts[state] ?? 0) + 1
  return counts
}
