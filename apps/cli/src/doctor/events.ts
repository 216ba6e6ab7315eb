import { readFile } from 'node:fs/promises'
import type { NodePairing } from '@openclaw/pairing/node'
import {
  decodeEventsCursor,
  type EventsConfig,
  type EventsCursor,
  eventsCursorPath,
  isChosenEvent,
} from '@openclaw/pairing-config'
import { nodeFiles } from '@openclaw/pairing-config/node'
import type { Seq } from '@openclaw/pairing-contracts'
import { absolute } from '../output/time.ts'
import { runningGateway } from '../people/gateway-runs.ts'
import type { Finding } from './finding.ts'

/** Entries that are counted; more are “so many or more”. */
const MOST = 10_000
/** A refusal that is older is no news. */
const NEWS_MS = 7 * 24 * 3_600_000

/** How the events of `pairing.events` stand. */
export interface EventsStanding {
  /** Host and port; the rest of the address may hold a secret. */
  readonly receiver: string
  /** The last record that was sent or passed over; `undefined` before the first start. */
  readonly sentTo: number | undefined
  /** Chosen entries after that; `undefined` where the journal cannot be read. */
  readonly waiting: number | undefined
  readonly refused: number
  /** True where one of several gateways sends them; only it knows how far. */
  readonly isShared: boolean
}

/** What was looked at. */
export interface EventsExam {
  readonly standing: EventsStanding | undefined
  readonly findings: readonly Finding[]
}

/** Looks how far events were sent, and whether their receiver takes them. */
export async function examineEvents(
  { store, backend, config }: NodePairing,
  now: number,
): Promise<EventsExam> {
  const { events, paths } = config()
  if (events === undefined) return { standing: undefined, findings: [] }
  if (backend.kind === 'postgres') return { standing: sharedBy(events), findings: [] }
  const file = eventsCursorPath(paths, nodeFiles())
  const isRunning = (await runningGateway(paths.stateDir)) !== undefined
  const cursor = await readCursor(file)
  const receiver = new URL(events.url).host
  if (typeof cursor === 'string') {
    const standing = {
      receiver,
      sentTo: undefined,
      waiting: undefined,
      refused: 0,
      isShared: false,
    }
    return { standing, findings: notBegun(cursor, file, isRunning) }
  }
  const waiting = await waitingAfter(store, cursor, events)
  const standing = {
    receiver,
    sentTo: cursor.seq,
    waiting,
    refused: cursor.refused,
    isShared: false,
  }
  const seen = { cursor, standing, isRunning, now }
  return { standing, findings: [...failing(seen), ...refusing(seen), ...idle(seen)] }
}

/** How they stand, in one line. */
export function eventsLine(standing: EventsStanding): string {
  const { receiver, sentTo, waiting = 0, refused } = standing
  if (standing.isShared) return `go to ${receiver}, sent by one of the gateways`
  if (sentTo === undefined) return `go to ${receiver}, from the next start of the gateway on`
  const more = [
    ...(waiting === 0 ? [] : [`${counted(waiting)} wait${waiting === 1 ? 's' : ''}`]),
    ...(refused === 0 ? [] : [`${String(refused)} refused`]),
  ]
  return [`sent to ${receiver} up to record ${String(sentTo)}`, ...more].join('; ')
}

function sharedBy({ url }: EventsConfig): EventsStanding {
  const receiver = new URL(url).host
  return { receiver, sentTo: undefined, waiting: undefined, refused: 0, isShared: true }
}

async function readCursor(file: string): Promise<EventsCursor | 'none' | 'damaged'> {
  try {
    return decodeEventsCursor(JSON.parse(await readFile(file, 'utf8'))) ?? 'damaged'
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return isAbsent ? 'none' : 'damaged'
  }
}

/** A damaged journal is told by others. */
async function waitingAfter(
  store: NodePairing['store'],
  { seq }: EventsCursor,
  { events }: EventsConfig,
): Promise<number | undefined> {
  try {
    const entries = await store.history(seq as Seq, MOST)
    return entries.filter(({ action }) => isChosenEvent(events, action)).length
  } catch {
    return undefined
  }
}

const counted = (count: number): string =>
  count >= MOST ? `${String(MOST)} or more` : String(count)

function notBegun(
  cursor: 'none' | 'damaged',
  file: string,
  isRunning: boolean,
): readonly Finding[] {
  if (cursor === 'damaged')
    return [
      {
        id: 'events-position',
        severity: 'warning',
        subject: file,
        problem: 'it does not say how far events were sent',
        consequence:
          'with its next start the gateway tells the receiver that events were skipped, and goes on from there',
        fix: 'put the file back from a backup, with the gateway stopped, or leave it',
      },
    ]
  if (!isRunning) return []
  return [
    {
      id: 'events-not-begun',
      severity: 'note',
      subject: 'pairing.events',
      problem: 'the gateway that runs was started without it',
      consequence: 'no event is sent yet',
      fix: 'restart the gateway',
    },
  ]
}

interface Seen {
  readonly cursor: EventsCursor
  readonly standing: EventsStanding
  readonly isRunning: boolean
  readonly now: number
}

function failing({ cursor, standing }: Seen): readonly Finding[] {
  const { failingSince, failure } = cursor
  if (failingSince === undefined || failure === undefined) return []
  const { waiting = 0, receiver } = standing
  return [
    {
      id: 'events-failing',
      severity: 'warning',
      subject: `pairing.events (${receiver})`,
      problem: `it has taken no event since ${absolute(failingSince)}: ${failure}`,
      consequence: `${counted(waiting)} wait${waiting === 1 ? 's' : ''}; the gateway sends them in order once it answers, as far back as the journal is kept`,
      fix: 'look whether the receiver runs, and whether pairing.events.url is its address',
    },
  ]
}

function refusing({ cursor, standing, now }: Seen): readonly Finding[] {
  const { refused, refusedAt, refusal } = cursor
  if (refusedAt === undefined || now - refusedAt > NEWS_MS) return []
  return [
    {
      id: 'events-refused',
      severity: 'warning',
      subject: `pairing.events (${standing.receiver})`,
      problem: `it refused ${refused === 1 ? 'an event' : `${String(refused)} events`} for good, the last at ${absolute(refusedAt)}: ${refusal ?? 'without a reason'}`,
      consequence: 'what was refused is not sent again',
      fix: 'look whether pairing.events.url and its secret are those of the receiver',
    },
  ]
}

function idle({ cursor, standing, isRunning }: Seen): readonly Finding[] {
  const { waiting = 0, receiver } = standing
  if (isRunning || waiting === 0 || cursor.failingSince !== undefined) return []
  return [
    {
      id: 'events-waiting',
      severity: 'note',
      subject: `pairing.events (${receiver})`,
      problem: `${waiting === 1 ? 'an event waits' : `${counted(waiting)} events wait`}, and no gateway runs`,
      consequence: 'they are sent with its next start',
      fix: 'openclaw gateway',
    },
  ]
}
