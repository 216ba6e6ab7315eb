import {
  type Backoff,
  type Bell,
  backoff,
  type Inbox,
  isRecord,
  loadPosition,
  openInbox,
  orNothing,
  type Position,
  pause,
  redactor,
  type StatusBoard,
} from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, ChannelHost, Inbound } from '@openclaw/pairing-contracts'
import { classifyImsg, type ImsgRow, isRow } from './classify.ts'
import { commandOf, type ImsgCommand } from './command.ts'
import type { Echoes } from './echo.ts'
import { HISTORY_MS, type ImsgTiming, LATE_MS, ROWS_LOOKED_BACK } from './limits.ts'
import { newestRow } from './newest.ts'
import { decodeMark, encodeMark, type Mark, type Progress, progress } from './progress.ts'
import { openSession, type Session } from './session.ts'
import type { Trouble } from './trouble.ts'
import type { ImsgOptions } from './types.ts'

/** What the parts of one connection share. */
export interface Shared {
  readonly options: ImsgOptions
  readonly timing: ImsgTiming
  readonly board: StatusBoard
  readonly echoes: Echoes
  readonly redact: (text: string) => string
  /** Rings when `session` changed. */
  readonly ready: Bell
  /** The one that is watched now: sends go through it. */
  session: Session | undefined
  inbox: Inbox | undefined
  stop: AbortSignalLike | undefined
}

/** What stands for people in words of imsg and ssh. */
const PEOPLE = /[^\s@'"<]+@[^\s@'"<>:]+|\+?\d[\d().\s-]{5,}\d/g

/** Makes words of imsg fit for a log. */
export const redactPeople: (text: string) => string = redactor({ secrets: [], pattern: PEOPLE })

interface Living {
  readonly shared: Shared
  readonly host: ChannelHost
  readonly signal: AbortSignalLike
  readonly command: ImsgCommand
  readonly inbox: Inbox
  readonly reading: Reading
  readonly waits: Backoff
}

/** How far this run has read. */
interface Reading {
  progress: Progress | undefined
  mark: Mark | undefined
  connectedAt: number
}

/**
 * Receives until the signal aborts, through one imsg after another.
 *
 * @throws `ImsgNotFound`, `ImsgPermissionMissing`, `ImsgTooOld` or `ImsgHostInvalid`: waiting does not mend it
 */
export async function live(
  shared: Shared,
  host: ChannelHost,
  signal: AbortSignalLike,
): Promise<void> {
  const { options, timing, board, redact } = shared
  const { cursor } = options
  const command = await commandOf(options, options.env)
  const waits = backoff(options, timing)
  const position = await loadPosition({ cursor, board, log: host.log, redact, waits, signal })
  if (position === undefined) return
  const reading: Reading = { progress: undefined, mark: undefined, connectedAt: 0 }
  const inbox = inboxOf(shared, { host, signal, waits, position, reading })
  shared.inbox = inbox
  try {
    await connect({ shared, host, signal, command, inbox, reading, waits })
  } finally {
    await inbox.finish()
    await shared.session?.stop()
    shared.session = undefined
    shared.inbox = undefined
  }
}

interface Opening extends Pick<Living, 'host' | 'signal' | 'waits' | 'reading'> {
  readonly position: Position
}

function inboxOf(
  { options, timing, board, redact, echoes }: Shared,
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
    if (echoes.isEcho(inbound, guid)) return ignored('the echo of what we sent')
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

async function connect(living: Living): Promise<void> {
  const { shared, host, signal, command } = living
  const { options, timing, redact } = shared
  const told = { last: '' }
  while (!signal.aborted) {
    const { log } = host
    const session = openSession({ command, timing, log, redact, clock: options.clock })
    shared.session = undefined
    const trouble = await watchWith(living, session, told)
    // What is handled at a stop may still be answered.
    if (signal.aborted) shared.session ??= session
    else {
      shared.session = undefined
      await session.stop()
    }
    if (trouble?.kind === 'fatal') throw trouble.error
    if (trouble !== undefined && !signal.aborted) await wait(living, trouble, told)
  }
}

/** The trouble that was logged last; the same again is no news. */
interface Told {
  last: string
}

async function wait(
  { shared, host, signal, waits }: Living,
  { reason }: Extract<Trouble, { kind: 'again' }>,
  told: Told,
): Promise<void> {
  const nextTryMs = waits.failed()
  shared.board.set('waiting', reason)
  host.log(reason === told.last ? 'debug' : 'warn', 'imsg-lost', { reason, nextTryMs })
  told.last = reason
  await pause(nextTryMs, signal)
}

async function watchWith(
  living: Living,
  session: Session,
  told: Told,
): Promise<Trouble | undefined> {
  const { shared, host, signal, inbox, reading } = living
  const { options, timing, board } = shared
  const newest = await orNothing(newestRow(session.ask, timing.lookMs), 2 * timing.lookMs, signal)
  if (signal.aborted) return undefined
  const at = startOf(living, newest)
  const watcher = {
    from: () => {
      reading.connectedAt = options.clock.now()
      return at.newestRow()
    },
    onOpen: () => {
      shared.session = session
      shared.ready.ring()
      if (board.now().state !== 'connected') host.log('info', 'imsg-connected', {})
      told.last = ''
      board.set('connected')
    },
    onMessage: (message: unknown) => take(living, at, message),
    room: () => room(inbox, signal),
    beat: async () => {
      // One that does not know how to look says nothing by its silence.
      if (newest === undefined) return
      if (isReplaced(at, await newestRow(session.call, timing.callMs))) session.giveUp(REPLACED)
    },
  }
  return session.watch(watcher, signal)
}

const REPLACED = 'the Messages database is another one'

/** Where this imsg goes on; a new account begins with what comes next. */
function startOf({ shared, host, inbox, reading }: Living, newest: number | undefined): Progress {
  const isNew = reading.mark === undefined
  const mark = reading.mark ?? { row: rowOf(newest), since: shared.options.clock.now() }
  const move = (row: number): void => {
    reading.mark = { row, since: mark.since }
    inbox.mark(encodeMark(reading.mark))
  }
  const at = reading.progress ?? progress(mark.row, move)
  reading.progress = at
  if (isNew) move(mark.row)
  if (newest === undefined || !isReplaced(at, newest)) return at
  host.log('warn', 'imsg-database-replaced', { reason: REPLACED, newestRow: newest })
  at.restart(newest > ROWS_LOOKED_BACK ? newest - ROWS_LOOKED_BACK : -1)
  return at
}

/** An empty database is read from its first row on; where nobody knows, what comes next is the first. */
function rowOf(newest: number | undefined): number {
  if (newest === undefined) return 0
  return newest === 0 ? -1 : newest
}

/** Rows are numbered upwards: where the newest is older than what was read, these are not the same rows. */
function isReplaced({ newestRow: read }: Progress, newest: number | undefined): boolean {
  return newest !== undefined && newest < read()
}

/** False: there is no room. */
function take({ shared, inbox, reading }: Living, at: Progress, message: unknown): boolean {
  if (!isRecord(message)) return true
  const { id, cursor, created_at: createdAt }: ImsgRow = message
  const row = isRow(cursor) ? cursor : id
  if (!isRow(row)) return true
  const step = at.begin(row)
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

async function room(inbox: Inbox, signal: AbortSignalLike): Promise<void> {
  do await pause(ROOM_MS, signal)
  while (inbox.open() >= ROOM_BELOW && !signal.aborted)
}
