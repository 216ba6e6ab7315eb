import {
  type Inbox,
  isRecord,
  openInbox,
  type Position,
  pause,
} from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, Inbound } from '@openclaw/pairing-contracts'
import { classifyImsg, type ImsgRow, isRow } from './classify.ts'
import { HISTORY_MS, LATE_MS } from './limits.ts'
import { decodeMark, type Progress } from './progress.ts'
import type { Living, Shared } from './shared.ts'
/** What an inbox is opened with. */
export interface Opening extends Pick<Living, 'host' | 'signal' | 'waits' | 'reading'> {
  readonly position: Position
}

/** The inbox of one run; it goes on where the last one of the same Mac and database was. */
export function inboxOf(
  { options, timing, board, redact, ownWords }: Shared,
  { host, signal, waits, position, reading }: Opening,
): Inbox {
  const { account, clock, cursor, dbPath = '', remoteHost = '' } = options
  const owner = `imsg:${remoteHost}:${dbPath}`
  reading.mark = position.owner === owner ? decodeMark(position.mark) : undefined
  const classify = (row: unknown): Inbound => {
    const inbound = classifyImsg(row, account)
    if (inbound.kind !== 'dm') return inbound
    const ignored = (why: string): Inbound => ({ kind: 'ignore', why })
    const { guid } = row as ImsgRow
    if (ownWords.isEcho(inbound, guid)) return ignored('the echo of what we sent')
    if (inbound.sentAt < clock.now() - HISTORY_MS) return ignored('history')
    const since = (reading.mark?.since ?? 0) - LATE_MS
    return inbound.sentAt < since ? ignored('written before this account was set up') : inbound
  }
  return openInbox(
    { host, board, clock, cursor, redact, backoff: waits.after, signal },
    { ...timing, owner, classify, keep: keptOf },
    position,
  )
}

const KEPT = [
  ...['id', 'guid', 'chat_id', 'chat_guid', 'chat_identifier', 'is_group', 'is_from_me'],
  ...['sender', 'sender_name', 'text', 'created_at', 'poll'],
]

/** That there were attachments, without what they are. */
function keptOf(row: unknown): object {
  if (!isRecord(row)) return {}
  const { attachments }: ImsgRow = row
  const hasMedia = Array.isArray(attachments) && attachments.length > 0
  return {
    ...Object.fromEntries(Object.entries(row).filter(([key]) => KEPT.includes(key))),
    ...(hasMedia && { attachments: [{}] }),
  }
}

/** Takes one message of imsg; false: there is no room. */
export function take({ shared, inbox, reading }: Living, at: Progress, message: unknown): boolean {
  if (!isRecord(message)) return true
  const { id, cursor, created_at: createdAt }: ImsgRow = message
  if (!isRow(id)) return true
  const step = at.begin(isRow(cursor) ? cursor : id, id)
  const sentAt = Date.parse(String(createdAt))
  const now = shared.options.clock.now()
  const heldMs = Math.max(
    0,
    reading.connectedAt - sentAt || 0,
    now - sentAt > LATE_MS ? now - sentAt : 0,
  )
  const reception = inbox.receive({ payload: message, ack: step.settle, heldMs })
  if (reception === 'full') step.drop()
  return reception !== 'full'
}

const ROOM_MS = 50
const ROOM_BELOW = 100

/** Resolves when messages are handled that had filled the inbox. */
export async function room(inbox: Inbox, signal: AbortSignalLike): Promise<void> {
  do await pause(ROOM_MS, signal)
  while (inbox.open() >= ROOM_BELOW && !signal.aborted)
}
