import type {
  AccountId,
  ChannelHost,
  ChannelName,
  Clock,
  CursorStore,
  EpochMs,
  GateOutcome,
  Inbound,
  InboundDm,
  RandomBytes,
  SenderId,
} from '@openclaw/pairing-contracts'
import { backoff, isRecord, loadPosition, openInbox, statusBoard } from '../src/index.ts'

export const clock: Clock = { now: () => Date.now() as EpochMs }
export const random: RandomBytes = (length) => new Uint8Array(length)

export interface Memory extends CursorStore {
  readonly last: () => unknown
  readonly saves: () => number
  failWith: (error: Error | undefined) => void
}

/** What is saved is only what JSON keeps, as in a file. */
export function memoryCursor(from?: unknown): Memory {
  let saved: unknown = from
  let count = 0
  let fault: Error | undefined
  return {
    load: async () => {
      if (fault) throw fault
      return saved
    },
    save: async (cursor) => {
      if (fault) throw fault
      count += 1
      saved = JSON.parse(JSON.stringify(cursor))
    },
    last: () => saved,
    saves: () => count,
    failWith: (error) => {
      fault = error
    },
  }
}

/** `{id, from, text}` is a direct message, `{group}` is not. */
export function classify(raw: unknown): Inbound {
  if (!isRecord(raw) || typeof raw['from'] !== 'string') return { kind: 'ignore', why: 'unknown' }
  return {
    kind: 'dm',
    channel: 'test' as ChannelName,
    account: 'default' as AccountId,
    senderId: raw['from'] as SenderId,
    aliases: [],
    replyTo: raw['from'],
    messageKey: `m:${String(raw['id'])}`,
    sentAt: Number(raw['at'] ?? Date.now()) as EpochMs,
    meta: {},
    text: String(raw['text'] ?? ''),
  }
}

export interface Line {
  readonly level: string
  readonly event: string
  readonly fields: Readonly<Record<string, unknown>>
}

export interface HostBench extends ChannelHost {
  readonly got: InboundDm[]
  readonly ignored: unknown[]
  readonly lines: Line[]
}

export function hostOf(
  onMessage: (message: InboundDm) => Promise<GateOutcome['outcome'] | undefined> = async () =>
    'deliver',
): HostBench {
  const got: InboundDm[] = []
  const ignored: unknown[] = []
  const lines: Line[] = []
  return {
    ...{ got, ignored, lines },
    onMessage: (message) => {
      got.push(message)
      return onMessage(message)
    },
    onIgnored: (inbound) => void ignored.push(inbound),
    log: (level, event, fields) => void lines.push({ level, event, fields }),
  }
}

const TIMING = { backoffMs: 5, maxBackoffMs: 20, healthyMs: 1_000 }
export const waits = backoff({ clock, random }, TIMING)

export interface Opening {
  readonly host?: HostBench
  readonly cursor?: Memory
  readonly owner?: string
  readonly signal?: AbortSignal
  readonly options?: object
}

export async function opened({
  host = hostOf(),
  cursor = memoryCursor(),
  owner = 'bot-1',
  signal = new AbortController().signal,
  options = {},
}: Opening = {}) {
  const board = statusBoard(clock)
  const redact = (text: string): string => text
  const log = host.log
  const position = await loadPosition({ cursor, board, log, redact, waits, signal })
  if (!position) throw new Error('stopped')
  const inbox = openInbox(
    { host, board, clock, cursor, redact, backoff: waits.after, signal },
    { owner, classify, ackMs: 20, saveMs: 10, drainMs: 200, ...options },
    position,
  )
  return { inbox, host, cursor, board }
}
