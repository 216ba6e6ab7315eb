import type { ChannelLog, OpenClawError } from '@openclaw/pairing-contracts'
import { CLOSES, type Close } from '../close.ts'
import type { ConnectChallenge, ConnectParams, HelloOk } from '../connect.ts'
import { decodeEvent } from '../decode-event.ts'
import { decodeFromGateway } from '../decode-frame.ts'
import { encodeFrame } from '../encode-frame.ts'
import type { EventFrame, RequestFrame, ResponseFrame, WireError } from '../frame.ts'
import { ANSWER_LIMITS } from '../limits.ts'
import type { Refusal } from '../refusal.ts'
import {
  ClientClosed,
  ConnectionLost,
  ConnectionReplaced,
  ConnectTimedOut,
  GatewayUnreachable,
  SigningFailed,
} from './errors.ts'
import { CONNECT_ID, handshakeStep } from './handshake.ts'
import { CONNECT_TIMEOUT_MS, MAX_UNREADABLE } from './limits.ts'
import { type Link, linkOf } from './link.ts'
import type { Cancel, Timers } from './ports.ts'
import { type RequestTable, requestTable } from './request-table.ts'
import { openSocket, type Socket, type SocketEnd, type SocketTarget } from './socket.ts'
import { type TickWatch, tickWatch } from './tick-watch.ts'

/** How one connection ended. */
export type Ending =
  /** The gateway said no to `connect`. */
  | { readonly how: 'refused'; readonly error: WireError }
  /** There was never a `hello-ok`. */
  | { readonly how: 'failed'; readonly problem: OpenClawError }
  /** It had been ready for `livedMs`. */
  | {
      readonly how: 'lost'
      readonly problem: ConnectionLost
      readonly livedMs: number
      /** When the gateway said that it would be back. */
      readonly restartMs: number | undefined
    }
  /** Somebody with the same key took its place. */
  | { readonly how: 'replaced'; readonly problem: ConnectionReplaced }
  /** The client wanted it so. */
  | { readonly how: 'closed' }

/** What a connection is for. */
export interface SessionParts {
  readonly target: SocketTarget
  /** Milliseconds until the connection has to be open, where that is less than for the whole. */
  readonly dialMs: number | undefined
  readonly timers: Timers
  readonly connect: (challenge: ConnectChallenge) => ConnectParams
  /** Keeps the tokens of a `hello-ok`; the connection is not ready before. */
  readonly welcome: (hello: HelloOk) => Promise<void>
  readonly ready: (link: Link) => void
  /** The link of `ready` is of no use any more; comes before `ended`. */
  readonly gone: () => void
  readonly event: (frame: EventFrame, link: Link) => void
  readonly log: ChannelLog
}

/** One connection, from dialling to its end. */
export interface Session {
  /** Settles when nothing of the connection is left. */
  readonly ended: Promise<Ending>
  /** Ends it with code 1000. */
  readonly close: () => void
}

/** What changes while a connection lives. */
interface Life {
  phase: 'challenge' | 'hello' | 'store' | 'ready'
  readySince: number
  unreadable: number
  restartMs: number | undefined
  opened: boolean
  over: boolean
  link: Link | undefined
  watch: TickWatch | undefined
}

/** Dials a gateway and leads the connection through its life. */
export function openSession(parts: SessionParts): Session {
  const { timers } = parts
  const life: Life = {
    phase: 'challenge',
    readySince: 0,
    unreadable: 0,
    restartMs: undefined,
    opened: false,
    over: false,
    link: undefined,
    watch: undefined,
  }
  const table = requestTable(timers)
  let resolve: (ending: Ending) => void
  const ended = new Promise<Ending>((settle) => {
    resolve = settle
  })
  const end = (ending: Ending, close: Close) => {
    if (life.over) return
    life.over = true
    stopWaiting()
    stopDialling()
    life.watch?.stop()
    table.lost(problemOf(ending))
    parts.gone()
    void socket.close(close).then(() => resolve(ending))
  }
  const stopWaiting = timers.after(CONNECT_TIMEOUT_MS, () => {
    const phase = life.phase === 'challenge' && !life.opened ? 'dial' : life.phase
    const problem = new ConnectTimedOut(phase === 'ready' ? 'store' : phase)
    end({ how: 'failed', problem }, CLOSES.silent)
  })
  const stopDialling = untilOpen(parts, (problem) => end({ how: 'failed', problem }, CLOSES.silent))
  const conduct: Conduct = { parts, life, table, end, stopWaiting, socket: () => socket }
  const socket = openSocket(
    parts.target,
    {
      open: () => {
        life.opened = true
        stopDialling()
      },
      heard: () => life.watch?.heard(),
      message: (message) => receive(conduct, message),
      end: (how) => end(endingOf(how, conduct), CLOSES.silent),
    },
    timers,
  )
  return { ended, close: () => end({ how: 'closed' }, CLOSES.silent) }
}

function untilOpen(
  { dialMs, timers }: SessionParts,
  giveUp: (problem: ConnectTimedOut) => void,
): Cancel {
  if (dialMs === undefined) return () => {}
  return timers.after(dialMs, () => giveUp(new ConnectTimedOut('dial')))
}

/** What leads a connection. */
interface Conduct {
  readonly parts: SessionParts
  readonly life: Life
  readonly table: RequestTable
  readonly end: (ending: Ending, close: Close) => void
  readonly stopWaiting: () => void
  readonly socket: () => Socket
}

function problemOf(ending: Ending): OpenClawError {
  return 'problem' in ending ? ending.problem : new ClientClosed()
}

function endingOf({ code, reason, problem }: SocketEnd, conduct: Conduct): Ending {
  // Before the first word the library knows more than a close code.
  if (problem !== undefined && conduct.life.phase !== 'ready') return { how: 'failed', problem }
  const isReplaced = code === CLOSES.replaced.code && reason === CLOSES.replaced.reason
  if (isReplaced && conduct.life.phase === 'ready')
    return { how: 'replaced', problem: new ConnectionReplaced() }
  return lostEnding(conduct, new ConnectionLost(code, reason, problem))
}

function lostEnding({ life, parts }: Conduct, problem: ConnectionLost): Ending {
  if (life.phase !== 'ready') return { how: 'failed', problem }
  const livedMs = parts.timers.elapsed() - life.readySince
  return { how: 'lost', problem, livedMs, restartMs: life.restartMs }
}

function receive(conduct: Conduct, message: unknown): void {
  const decoded = decodeFromGateway(message, ANSWER_LIMITS)
  const { link } = conduct.life
  if (!decoded.ok) garbled(conduct, decoded.refusal)
  else if (link !== undefined) deliver(conduct, decoded.value, link)
  else shakeHands(conduct, decoded.value)
}

function shakeHands(conduct: Conduct, frame: EventFrame | ResponseFrame): void {
  const { phase } = conduct.life
  const next = handshakeStep(phase === 'challenge' ? 'challenge' : 'hello', frame)
  if (next.step === 'connect') sayConnect(conduct, next.challenge)
  if (next.step === 'welcome') void welcome(conduct, next.hello)
  if (next.step === 'refused') conduct.end({ how: 'refused', error: next.error }, CLOSES.silent)
  if (next.step === 'give-up') giveUp(conduct, next.why)
}

function giveUp({ end }: Conduct, why: string): void {
  const problem = new GatewayUnreachable(`what answers is no OpenClaw gateway: ${why}`)
  end({ how: 'failed', problem }, CLOSES.silent)
}

function sayConnect({ life, parts, socket, end }: Conduct, challenge: ConnectChallenge): void {
  life.phase = 'hello'
  try {
    const params = parts.connect(challenge)
    const frame = { type: 'req', id: CONNECT_ID, method: 'connect', params } as unknown
    socket().send(encodeFrame(frame as RequestFrame))
  } catch (cause) {
    // A key may be kept elsewhere, in a device that is not there at the moment.
    end({ how: 'failed', problem: new SigningFailed(cause) }, CLOSES.silent)
  }
}

async function welcome(conduct: Conduct, hello: HelloOk): Promise<void> {
  const { life, parts, socket, table, stopWaiting } = conduct
  const { timers } = parts
  life.phase = 'store'
  const link = linkOf(hello, { socket: socket(), table, alive: () => !life.over })
  life.link = link
  await parts.welcome(hello)
  if (life.over) return
  stopWaiting()
  life.phase = 'ready'
  life.readySince = timers.elapsed()
  life.watch = tickWatch(hello.policy.tickIntervalMs, timers, () => {
    const { code, reason } = CLOSES.tickTimeout
    conduct.end(lostEnding(conduct, new ConnectionLost(code, reason)), CLOSES.tickTimeout)
  })
  parts.ready(link)
}

function deliver(conduct: Conduct, frame: EventFrame | ResponseFrame, link: Link): void {
  if (frame.type === 'res') {
    // Late answers to requests that are given up mean nothing any more.
    conduct.table.settle(frame)
    return
  }
  if (frame.event === 'shutdown') noteRestart(conduct.life, frame)
  conduct.parts.event(frame, link)
}

function noteRestart(life: Life, frame: EventFrame): void {
  const shutdown = decodeEvent('shutdown', frame.payload)
  if (shutdown.ok) life.restartMs = shutdown.value.restartExpectedMs ?? undefined
}

function garbled(conduct: Conduct, refusal: Refusal): void {
  const { life, parts, table, end } = conduct
  if (life.link === undefined) {
    giveUp(conduct, refusal.message)
    return
  }
  if (refusal.frameId !== undefined && table.unreadable(refusal.frameId)) return
  const { code, message } = refusal
  parts.log('warn', 'client.message.unreadable', { refusal: code, problem: message })
  life.unreadable += 1
  if (life.unreadable < MAX_UNREADABLE) return
  const reason = 'too many messages that cannot be read'
  end(lostEnding(conduct, new ConnectionLost(1008, reason)), { code: 1008, reason })
}
