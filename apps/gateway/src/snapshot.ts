import type { Webchat } from '@openclaw/channel-webchat'
import type { NodePairing } from '@openclaw/pairing/node'
import type { Actor, Collection, Json } from '@openclaw/pairing-contracts'
import type { Snapshot } from './metrics.ts'
import type { ChannelReport } from './readiness.ts'
import type { RunningDevices } from './ws/devices.ts'

/** What a {@link snapshot} looks at. */
export interface SnapshotComponents {
  readonly pairing: NodePairing
  readonly chat: Webchat | undefined
  readonly devices: RunningDevices
  readonly reports: () => readonly ChannelReport[]
}

const READER: Actor = { kind: 'system', part: 'metrics' }

/** Only its position is looked at. */
const anything: Collection<Json> = {
  name: 'dm.requests',
  decode: (value) => value,
  encode: (value) => value,
}

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
  reports,
}: SnapshotComponents): Promise<Snapshot> {
  const channels = reports()
  const sessions = devices.sessions.figures()
  const webchat = { ...chat?.figures() }
  try {
    const pending = await pendingOf(pairing)
    const journalSeq = pairing.store.view(anything).seq()
    const pendingDevices = await pendingDevicesOf(pairing)
    const setupCodes = await setupCodesOf(pairing)
    const store = { pending, pendingDevices, setupCodes, journalSeq, isStoreUp: true }
    return { ...store, channels, webchat, sessions }
  } catch {
    return { ...UNKNOWN, channels, webchat, sessions }
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
