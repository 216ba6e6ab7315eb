import {
  backoff,
  bell,
  handling,
  neverRejects,
  queued,
  runAccount,
  type StatusBoard,
  saver,
  statusBoard,
} from '@openclaw/pairing-channel-kit'
import type {
  AbortSignalLike,
  ChannelConnection,
  ChannelHost,
  SendOutcome,
} from '@openclaw/pairing-contracts'
import { parseBaseUrl } from './base-url.ts'
import { isPhoneNumber, SIGNAL } from './definition.ts'
import { SignalAccountInvalid } from './errors.ts'
import { ledger } from './ledger.ts'
import { SENDS_AT_ONCE, SENDS_WAITING, SIGNAL_TIMING, type SignalTiming } from './limits.ts'
import { encodePosition, loadPosition, withinBounds } from './position.ts'
import { receive } from './receive.ts'
import { plainText, type Rpc, rpcOf } from './rpc.ts'
import { signalSend } from './send.ts'
import type { Daemon } from './trouble.ts'
import type { SignalOptions } from './types.ts'

/** What the parts of one connection share. */
interface Shared {
  readonly options: SignalOptions
  readonly timing: SignalTiming
  readonly board: StatusBoard
  readonly client: () => Client
  /** Whom the host is just handling a message of, and those among them that were written to. */
  readonly busy: Set<string>
  readonly answered: Set<string>
  stop: AbortSignalLike | undefined
}

interface Client extends Daemon {
  readonly rpc: Rpc
}

/**
 * One Signal account, through the HTTP daemon of signal-cli: its stream of events, and JSON-RPC to send.
 *
 * `run` survives everything but a wrong address and a daemon that can never run: it rejects with `SignalUrlInvalid`,
 * {@link SignalAccountInvalid}, or what `options.daemon` throws.
 * A message is offered until the host has handled it, in order for each person, across clean stops too.
 */
export function signalConnection(options: SignalOptions): ChannelConnection {
  const shared: Shared = {
    options,
    timing: { ...SIGNAL_TIMING, ...options.timing },
    board: statusBoard(options.clock),
    client: () => clientOf(options),
    busy: new Set(),
    answered: new Set(),
    stop: undefined,
  }
  const send = queued((message) => sendWith(shared, message), {
    atOnce: SENDS_AT_ONCE,
    waiting: SENDS_WAITING,
  })
  return {
    channel: SIGNAL,
    account: options.account,
    status: shared.board.now,
    run: (host, signal) => run(shared, { host, signal }),
    send: async (message) => {
      if (shared.busy.has(message.to)) shared.answered.add(message.to)
      return send(message)
    },
  }
}

/** @throws when the address or the number can never work */
function clientOf({ httpUrl, number }: SignalOptions): Client {
  const baseUrl = parseBaseUrl(httpUrl)
  if (number !== undefined && !isPhoneNumber(number)) throw new SignalAccountInvalid()
  return { baseUrl, number, rpc: rpcOf(baseUrl) }
}

function sendWith(
  { client, timing, options, ...shared }: Shared,
  message: Parameters<ChannelConnection['send']>[0],
): Promise<SendOutcome> {
  return neverRejects(async () => {
    const { rpc, number } = client()
    const stop = () => shared.stop
    const { chunks = {} } = options
    if (!(await isThere(options, timing.readyMs, shared.stop))) return NOBODY
    const times = { timeoutMs: timing.requestMs, retryMs: timing.backoffMs }
    return signalSend({ rpc, number, chunks, ...times, stop })(message)
  })
}

const NOBODY: SendOutcome = { outcome: 'failed', reason: 'signal-cli does not answer yet' }

/** A daemon that somebody sees to is waited for; nobody else gets what was meant for it. */
async function isThere(
  { daemon }: SignalOptions,
  ms: number,
  stop: AbortSignalLike | undefined,
): Promise<boolean> {
  return daemon === undefined || (stop !== undefined && daemon.answers(ms, stop))
}

interface Run {
  readonly host: ChannelHost
  readonly signal: AbortSignalLike
}

function run(shared: Shared, { host, signal }: Run): Promise<void> {
  const { board, client } = shared
  const address = { channel: SIGNAL, account: shared.options.account }
  const began = (stop: AbortSignalLike): void => {
    shared.stop = stop
  }
  return runAccount({ address, board, host, signal, began }, (labelled, stop) =>
    receiveWith(shared, client(), { host: labelled, signal: stop }),
  )
}

async function receiveWith(shared: Shared, client: Client, { host, signal }: Run): Promise<void> {
  const { options, timing, board } = shared
  const { clock, cursor } = options
  const { log, onMessage } = host
  const waits = backoff(options, timing)
  const account = client.number ?? ''
  const position = await loadPosition(account, {
    cursor,
    board,
    log,
    waits,
    signal,
    redact: plainText,
  })
  if (position === undefined) return
  const books = ledger(position)
  const current = () => encodePosition(account, books.state())
  const tries = { clock, log, redact: plainText, backoff: waits.after, signal }
  try {
    await receive(
      {
        ...{ options, daemon: client, rpc: client.rpc, host, ledger: books, waits, board },
        ...{ clock, timing, signal, settled: bell() },
        handling: handling({ host: { onMessage }, ...tries }),
        saver: saver({ cursor, current, log, redact: plainText }, timing.saveMs),
        ...{ busy: shared.busy, answered: shared.answered, others: new Set() },
      },
      position.pending,
    )
  } finally {
    await options.daemon?.stop(log)
  }
  const { pending } = books.state()
  const lost = pending.length - withinBounds(pending).length
  if (lost > 0) log('error', 'messages-not-kept', { count: lost, reason: 'there were too many' })
}
