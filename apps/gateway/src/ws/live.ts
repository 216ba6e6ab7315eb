import type { Duplex } from 'node:stream'
import type { Connection, ConnectionFacts, Session } from '@openclaw/pairing-session'
import { WebSocket } from 'ws'
import { CLOSE_MS, TOO_MUCH_MS } from '../limits.ts'
import { meter } from './meter.ts'
import { pace } from './pace.ts'
import { type Reading, reading } from './reading.ts'

/** A socket that has just become one. */
export interface Arrived {
  readonly ws: WebSocket
  readonly socket: Duplex
  readonly facts: ConnectionFacts
}

/** What {@link begin} works with. */
export interface LiveComponents {
  readonly open: (connection: Connection) => Session
  /** The connection counts no more for its address: it was let in. */
  readonly release: (socket: Duplex) => void
  /** The connection is as good as over. */
  readonly idle: (socket: Duplex) => void
}

/** An open WebSocket. */
export interface Live {
  readonly ws: WebSocket
  /** True when the other side gave no sign since the last ping. */
  isSilent: boolean
}

/** Joins a socket and a session. */
export function begin(components: LiveComponents, { ws, socket, facts }: Arrived): Live {
  const live: Live = { ws, isSilent: false }
  const flow = reading(ws)
  const ending = ender(ws, flow)
  const rate = pace(() => performance.now())
  const measured = meter(ws, socket, ending.now)
  let waiting = 0
  const sent = (): void => {
    waiting -= 1
    // Its pongs are not read meanwhile.
    if (ws.isPaused) live.isSilent = false
    session.drained()
  }
  const session = components.open({
    facts,
    send: (text) => {
      waiting += 1
      ws.send(text, sent)
    },
    close: (code, reason) => {
      components.idle(socket)
      ending.within(code, reason)
    },
    cut: () => ws.terminate(),
    bufferedBytes: () => ws.bufferedAmount,
    bufferedFrames: () => waiting,
    pause: flow.pause,
    resume: flow.resume,
    admitted: (maxMessageBytes) => {
      measured.allow(maxMessageBytes)
      components.release(socket)
    },
  })
  ws.on('message', (data: Buffer, isBinary) => {
    live.isSilent = false
    measured.complete()
    session.message(isBinary ? data : data.toString())
    const rest = rate.took(data.length)
    if (rest > 0) flow.restFor(rest)
  })
  ws.on('pong', () => {
    live.isSilent = false
  })
  // What the other side did wrong is closed by the library with the right code; nothing is to be done.
  ws.on('error', () => {})
  ws.once('close', () => session.closed())
  return live
}

interface Ender {
  /** Who does not answer a close in time is cut off. */
  readonly within: (code: number, reason: string) => void
  /** Says that it was too much, reads nothing more, and cuts. */
  readonly now: () => void
}

function ender(ws: WebSocket, flow: Reading): Ender {
  let isNow = false
  let timer: NodeJS.Timeout | undefined
  const cutAfter = (ms: number): void => {
    if (timer === undefined) ws.once('close', () => clearTimeout(timer))
    clearTimeout(timer)
    timer = setTimeout(() => ws.terminate(), ms)
    timer.unref()
  }
  return {
    within: (code, reason) => {
      if (ws.readyState === WebSocket.CLOSED || timer !== undefined) return
      ws.close(code, reason)
      cutAfter(CLOSE_MS)
    },
    now: () => {
      if (ws.readyState === WebSocket.CLOSED || isNow) return
      isNow = true
      ws.close(1009)
      flow.stop()
      cutAfter(TOO_MUCH_MS)
    },
  }
}
