import {
  addressFault,
  backoff,
  neverRejects,
  queued,
  redactor,
  runAccount,
  type StatusBoard,
  statusBoard,
} from '@openclaw/pairing-channel-kit'
import type {
  AbortSignalLike,
  ChannelAddress,
  ChannelConnection,
  ChannelHost,
} from '@openclaw/pairing-contracts'
import { WHATSAPP } from '../definition.ts'
import { type Acks, acks } from './acks.ts'
import { LIBRARY_VERSION, WebSocketUrlInvalid } from './errors.ts'
import { type Current, keepLinked } from './life.ts'
import { WEB_RECONNECT, WEB_TIMING, type WebTiming } from './limits.ts'
import type { Link } from './link.ts'
import { webSend } from './send.ts'
import type { LoadedLibrary, WebOptions } from './types.ts'

/** What the parts of one connection share. */
interface Shared {
  readonly options: WebOptions
  readonly timing: WebTiming
  readonly board: StatusBoard
  readonly acks: Acks
  readonly current: Current
  stop: AbortSignalLike | undefined
}

/** Session keys and the like never reach a line: the library's own words alone are shown. */
const redact: (text: string) => string = redactor({ secrets: [], pattern: /[\w+/=-]{40,}/g })

/**
 * One linked device of a WhatsApp account, through the library that the operator installed.
 *
 * `run` waits while the account is not linked, and survives whatever ends a connection, but for what no waiting mends: a
 * library that is missing, a session that WhatsApp ended, that another process uses, or that is damaged, and where `reconnect`
 * says so, failures without end. A message is
 * offered until the host has handled it, in order for each person, across restarts too.
 */
export function webConnection(options: WebOptions): ChannelConnection {
  const shared: Shared = {
    options,
    timing: { ...WEB_TIMING, ...waitsOf(options), ...options.timing },
    board: statusBoard(options.clock),
    acks: acks(),
    current: { link: undefined, inbox: undefined },
    stop: undefined,
  }
  const address = { channel: WHATSAPP, account: options.account }
  const send = queued((message) => neverRejects(() => webSend(senderOf(shared))(message)))
  return {
    ...address,
    status: shared.board.now,
    run: (host, signal) => run(shared, { address, host, signal }),
    send: (message) => {
      shared.current.inbox?.sentTo(message.to)
      return send(message)
    },
  }
}

function waitsOf({ reconnect = WEB_RECONNECT }: WebOptions): Partial<WebTiming> {
  return { backoffMs: reconnect.initialMs, maxBackoffMs: reconnect.maxMs }
}

function senderOf(shared: Shared): Parameters<typeof webSend>[0] {
  const { acks: answers, board, current, options, timing } = shared
  return {
    link: (): Link | undefined => current.link,
    acks: answers,
    random: options.random,
    chunks: options.chunks ?? {},
    timing,
    why: () => `WhatsApp is not connected (${board.now().state})`,
    redact,
    stop: () => shared.stop,
  }
}

interface Run {
  readonly address: ChannelAddress
  readonly host: ChannelHost
  readonly signal: AbortSignalLike
}

function run(shared: Shared, { address, host, signal }: Run): Promise<void> {
  const { board, options, timing } = shared
  const began = (stop: AbortSignalLike): void => {
    shared.stop = stop
  }
  return runAccount({ address, board, host, signal, began }, async (labelled, stop) => {
    checkUrl(options.webSocketUrl)
    const library = await options.library()
    if (stop.aborted) return
    sayVersion(labelled, library)
    const { factor, jitter } = options.reconnect ?? WEB_RECONNECT
    const waits = backoff(options, { ...timing, factor, jitter })
    const own = withoutForgery(options, library, labelled)
    const parts = { options: own, timing, board, waits, redact, library: library.port }
    const { acks: answers, current } = shared
    await keepLinked({ ...parts, acks: answers, current, host: labelled, signal: stop })
  })
}

const URL_FAULTS = {
  'no-url': 'is no address',
  'in-clear': 'is neither wss nor on this machine',
  credentials: 'holds a user or a password',
  more: 'is more than an address',
} as const

function checkUrl(url: string | undefined): void {
  const fault = url === undefined ? undefined : addressFault(url, 'ws')
  if (fault !== undefined) throw new WebSocketUrlInvalid(URL_FAULTS[fault])
}

/** Another version mostly works; when it does not, this line is the first clue. */
function sayVersion({ log }: ChannelHost, { version, command }: LoadedLibrary): void {
  if (version === LIBRARY_VERSION) return
  const reason = `baileys ${version} is installed; this release was made with ${LIBRARY_VERSION}`
  log('warn', 'whatsapp-library-version', { reason, fix: command })
}

/** Where somebody else could write in the owner's name, what the owner writes to themself is not taken. */
function withoutForgery(
  options: WebOptions,
  { version, command }: LoadedLibrary,
  { log }: ChannelHost,
): WebOptions {
  if (options.selfChat !== 'taken' || knowsItsOwner(version)) return options
  const reason = `baileys ${version} may take what somebody else wrote for the owner's: selfChatMode is off`
  log('warn', 'whatsapp-self-chat-off', { reason, fix: command })
  return { ...options, selfChat: 'ignored' }
}

/** From 7.0.0-rc14 on messages that pretend to come from the account itself are dropped. */
function knowsItsOwner(version: string): boolean {
  const [, major, minor, patch, candidate] =
    /^(\d+)\.(\d+)\.(\d+)(?:-rc\.?(\d+))?$/.exec(version) ?? []
  if (major === undefined) return false
  const isLater = Number(major) > 7 || Number(minor) > 0 || Number(patch) > 0
  if (Number(major) < 7) return false
  return isLater || candidate === undefined || Number(candidate) >= 14
}
