import {
  type Backoff,
  type Inbox,
  loadPosition,
  openInbox,
  orNothing,
  pause,
  reasonOf,
  type StatusBoard,
} from '@openclaw/pairing-channel-kit'
import {
  type AbortSignalLike,
  type ChannelHost,
  type InboundDm,
  isOpenClawError,
  type SenderId,
} from '@openclaw/pairing-contracts'
import type { Acks } from './acks.ts'
import { classifyWeb } from './classify.ts'
import { linkedAs, ownIds, readCreds } from './creds.ts'
import { WEB_WINDOW, WEB_WINDOW_UNITS, type WebTiming } from './limits.ts'
import type { Link } from './link.ts'
import { plainEvent } from './plain.ts'
import type { BaileysPort, WebCreds } from './port.ts'
import { readByUs } from './receipts.ts'
import { connectAgainAndAgain } from './reconnect.ts'
import type { SessionLock, WebOptions } from './types.ts'

/** What there is at this moment. */
export interface Current {
  /** The link, while it is open. */
  link: Link | undefined
  /** The inbox, from the first link on. */
  inbox: Inbox | undefined
}

/** What one run works with. */
export interface Life {
  readonly options: WebOptions
  readonly timing: WebTiming
  readonly board: StatusBoard
  readonly waits: Backoff
  readonly redact: (text: string) => string
  readonly library: BaileysPort
  readonly acks: Acks
  readonly current: Current
  readonly host: ChannelHost
  readonly signal: AbortSignalLike
}

/**
 * Waits until the account is linked and no other process uses its session, and stays connected then.
 *
 * @throws what no waiting mends
 */
export async function keepLinked(life: Life): Promise<void> {
  const { current, signal, timing } = life
  try {
    while (!signal.aborted) {
      const lock = await heldSession(life)
      if (lock === undefined) continue
      try {
        await useSession(life, lock)
      } finally {
        await lock.release()
      }
    }
  } finally {
    await orNothing(current.inbox?.finish() ?? Promise.resolve(), 3 * timing.drainMs)
    current.inbox = undefined
  }
}

/** The lock of a session that is linked; `undefined` after a wait, so that the caller looks whether to go on. */
async function heldSession(life: Life): Promise<SessionLock | undefined> {
  const { board, host, signal, timing } = life
  const found = await sessionNow(life)
  if ('release' in found) return found
  const { event, reason } = found
  const { lastError, state } = board.now()
  // The same again is no news.
  if (lastError !== reason) host.log('warn', event, { reason })
  if (lastError !== reason || state !== 'waiting') board.set('waiting', reason)
  await pause(timing.lookMs, signal)
  return undefined
}

/** Why there is no session to use just now. */
interface NoSession {
  readonly event: string
  readonly reason: string
}

async function sessionNow(life: Life): Promise<SessionLock | NoSession> {
  const { account, session } = life.options
  const { folder } = session.files
  try {
    if ((await linkedCreds(life)) === undefined)
      return { event: 'whatsapp-not-linked', reason: `not linked: run ${loginCommand(account)}` }
    const inUse = `another process on this machine uses the session in ${folder}`
    return (await session.lock()) ?? { event: 'whatsapp-session-in-use', reason: inUse }
  } catch (error) {
    if (isOpenClawError(error)) throw error
    // Unreadable is not missing: a disk may come back, and an owner can mend a permission.
    const reason = `the session in ${folder} cannot be used: ${life.redact(reasonOf(error))}`
    return { event: 'whatsapp-session-unusable', reason }
  }
}

const loginCommand = (account: string): string =>
  `openclaw channels login whatsapp${account === 'default' ? '' : ` --account ${account}`}`

/** A session, and whose it is. */
interface Linked {
  readonly creds: WebCreds
  readonly me: SenderId
}

async function linkedCreds({
  host,
  library,
  options: { account, session },
}: Life): Promise<Linked | undefined> {
  const creds = await readCreds({ files: session.files, library, log: host.log }, account)
  const me = creds && linkedAs(creds)
  return creds && me !== undefined ? { creds, me } : undefined
}

async function useSession(life: Life, lock: SessionLock): Promise<void> {
  const { current, host, signal } = life
  // Read again now that nobody else writes it.
  const linked = await linkedCreds(life)
  if (linked === undefined || signal.aborted) return
  current.inbox ??= await inboxOf(life, linked)
  const { inbox } = current
  if (inbox === undefined) return
  const left = new AbortController()
  const leave = (): void => left.abort()
  signal.addEventListener('abort', leave)
  void lock.lost.then(() => {
    if (left.signal.aborted) return
    host.log('error', 'whatsapp-session-lost', { reason: 'another process took the session' })
    leave()
  })
  try {
    await connectAgainAndAgain({ ...life, inbox, signal: left.signal }, linked.creds)
  } finally {
    signal.removeEventListener('abort', leave)
    leave()
  }
}

/** `undefined` when the stop came first. */
async function inboxOf(life: Life, { creds, me: owner }: Linked): Promise<Inbox | undefined> {
  const { board, host, options, redact, signal, timing, waits } = life
  const { account, clock, cursor } = options
  const position = await loadPosition({ cursor, board, log: host.log, redact, waits, signal })
  if (position === undefined) return undefined
  const self = { ids: ownIds(creds) }
  const taken = options.selfChat === 'taken' ? self : undefined
  const classify = (payload: unknown) => classifyWeb(payload, account, taken)
  const limits = { window: WEB_WINDOW, windowUnits: WEB_WINDOW_UNITS }
  return openInbox(
    {
      ...{ board, clock, cursor, redact, signal, backoff: waits.after },
      host: readByUs(host, { current: life.current, wish: options.readReceipts, self }),
    },
    {
      ...{ owner, classify, keep: plainEvent, keysOf, limits },
      ...{ ackMs: timing.ackMs, saveMs: timing.saveMs, drainMs: timing.drainMs },
    },
    position,
  )
}

/** A chat may go by the number at first and by the hidden id the next time: the same message has the same id in both. */
function keysOf(_: unknown, { aliases, messageKey, replyTo, senderId }: InboundDm): string[] {
  const id = messageKey.slice(senderId.length + 1)
  return [replyTo, ...aliases].map((who) => `${who}:${id}`)
}
