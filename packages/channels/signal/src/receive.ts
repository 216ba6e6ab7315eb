import {
  type Backoff,
  type Bell,
  type Handling,
  pause,
  type Saver,
  type StatusBoard,
} from '@openclaw/pairing-channel-kit'
import type {
  AbortSignalLike,
  ChannelHost,
  Clock,
  Inbound,
  InboundDm,
} from '@openclaw/pairing-contracts'
import { classifySignal } from './classify.ts'
import { isPhoneNumber } from './definition.ts'
import { isRecord } from './json.ts'
import type { Ledger, LedgerEvent } from './ledger.ts'
import { type SignalTiming, WINDOW } from './limits.ts'
import type { Rpc } from './rpc.ts'
import { follow, type StreamEvent } from './stream.ts'
import { type Daemon, otherAccount, severalAccounts, type Trouble, troubleOf } from './trouble.ts'
import type { SignalOptions } from './types.ts'

/** What receiving works with. */
export interface Receiver {
  readonly options: SignalOptions
  readonly daemon: Daemon
  readonly rpc: Rpc
  readonly host: ChannelHost
  readonly ledger: Ledger
  readonly handling: Handling
  readonly saver: Saver
  readonly waits: Backoff
  readonly board: StatusBoard
  readonly clock: Clock
  readonly timing: SignalTiming
  readonly signal: AbortSignalLike
  /** Rings when a message was settled. */
  readonly settled: Bell
  /** Whom the host is just handling a message of, and those among them that were written to. */
  readonly busy: Set<string>
  readonly answered: Set<string>
  /** Other accounts that the daemon turned out to have, as they were told. */
  readonly others: Set<string>
}

/**
 * Receives until the signal aborts, beginning with what the last stop left over.
 *
 * @throws what `options.daemon` throws: none can ever answer
 */
export async function receive(receiver: Receiver, leftOver: readonly unknown[]): Promise<void> {
  for (const data of leftOver) take(receiver, { id: undefined, data }, undefined)
  try {
    await connect(receiver)
  } finally {
    await finish(receiver)
  }
}

async function connect(receiver: Receiver): Promise<void> {
  const { board, host, options, signal } = receiver
  const { daemon } = options
  const told = { last: '' }
  while (!signal.aborted) {
    await daemon?.ready({ log: host.log, board }, signal)
    if (signal.aborted) return
    const trouble = await followOnce(receiver, told)
    if (signal.aborted || (await daemon?.hasEnded())) continue
    await wait(receiver, trouble, told)
  }
}

/** The trouble that was logged last; the same again is no news. */
interface Told {
  last: string
}

async function followOnce(receiver: Receiver, told: Told): Promise<Trouble> {
  const { board, clock, daemon, host, ledger, signal, timing } = receiver
  if (await isAmbiguous(receiver)) return severalAccounts(daemon)
  const query = daemon.number === undefined ? '' : `?account=${encodeURIComponent(daemon.number)}`
  const url = `${daemon.baseUrl}/api/v1/events${query}`
  let connectedAt = clock.now()
  const end = await follow(
    { url, lastEventId: ledger.newestId() },
    { silentMs: timing.silentMs, stop: signal },
    {
      onOpen: () => {
        connectedAt = clock.now()
        told.last = ''
        host.log('info', 'signal-connected', { url: daemon.baseUrl })
        board.set('connected')
      },
      onTooLong: () => host.log('warn', 'signal-event-too-long', {}),
      onEvent: (event) => {
        take(receiver, event, connectedAt)
        return ledger.open() < WINDOW ? undefined : room(receiver)
      },
    },
  )
  return troubleOf(daemon, end)
}

/** A daemon of several accounts gives all their messages to whoever names none. */
async function isAmbiguous({ daemon, rpc, signal, timing }: Receiver): Promise<boolean> {
  if (daemon.number !== undefined) return false
  const answer = await rpc('listAccounts', {}, { ms: timing.requestMs, stop: signal })
  return answer.kind === 'result' && Array.isArray(answer.result) && answer.result.length > 1
}

async function wait(
  { board, host, options, signal, waits }: Receiver,
  { event, reason, fix }: Trouble,
  told: Told,
): Promise<void> {
  const nextTryMs = waits.failed()
  // What is to be started is started by itself.
  const isKept = options.daemon !== undefined && event === 'signal-unreachable'
  const words = fix === '' || isKept ? reason : `${reason}; ${fix}`
  board.set('waiting', words)
  host.log(words === told.last ? 'debug' : 'warn', event, { reason: words, nextTryMs })
  told.last = words
  await pause(nextTryMs, signal)
}

/** Waits until another message may come in. */
async function room({ ledger, settled, signal, timing }: Receiver): Promise<void> {
  while (ledger.open() >= WINDOW && !signal.aborted) await settled.wait(timing.silentMs, signal)
}

function take(
  receiver: Receiver,
  { id, data }: StreamEvent,
  connectedAt: number | undefined,
): void {
  const { clock, host, ledger, saver } = receiver
  const found = decide(receiver, data)
  const key = found.kind === 'dm' ? found.messageKey : undefined
  const entry = { id, key, raw: data }
  const isNew = ledger.admit(entry)
  if (isNew || id !== undefined) saver.touch()
  if (!isNew) return
  if (found.kind !== 'dm') {
    ignore(receiver, found)
    return
  }
  const waited = connectedAt === undefined ? 0 : connectedAt - found.sentAt
  const heldMs = Math.max(found.heldMs ?? 0, waited)
  const inbound = { ...found, receivedAt: clock.now(), ...(heldMs > 0 && { heldMs }) }
  receiver.board.message()
  work(receiver, entry, inbound).catch((error: unknown) =>
    host.log('error', 'message-lost', { message: inbound.messageKey, reason: String(error) }),
  )
}

/** So many are told in one run: a daemon may name whom it likes. */
const OTHERS_TOLD = 5

/** A daemon of several accounts may send what another one got. */
function decide(receiver: Receiver, data: unknown): Inbound {
  const { daemon, options, others } = receiver
  const { account: got } = isRecord(data) ? data : {}
  if (!isPhoneNumber(got) || daemon.number === undefined || got === daemon.number)
    return classifySignal(data, options.account)
  if (!others.has(got) && others.size < OTHERS_TOLD) {
    others.add(got)
    const reason = otherAccount(daemon, got)
    receiver.host.log('warn', 'signal-other-account', { reason })
  }
  return { kind: 'ignore', why: 'a message to another account' }
}

function ignore({ host }: Receiver, inbound: Exclude<Inbound, InboundDm>): void {
  try {
    host.onIgnored(inbound)
  } catch {
    host.log('warn', 'ignored-not-counted', {})
  }
}

async function work(receiver: Receiver, entry: LedgerEvent, inbound: InboundDm): Promise<void> {
  const { answered, busy, handling, ledger, saver, settled, signal } = receiver
  const handled = await handling.handle(inbound, () => busy.add(inbound.replyTo))
  busy.delete(inbound.replyTo)
  if (handled === 'open') return
  ledger.settle(entry)
  settled.ring()
  saver.touch()
  // Who was answered must not be answered again after a crash; a flood of strangers costs no write each.
  if (answered.delete(inbound.replyTo) || signal.aborted) void saver.flush()
}

/** Gives handlers a moment, and keeps what is left for the next start. */
async function finish({ handling, saver, timing }: Receiver): Promise<void> {
  await handling.idle(timing.drainMs)
  saver.touch()
  await saver.flush()
  saver.close()
}
