import type { Socket } from 'node:net'
import type { AbortSignalLike } from '@openclaw/pairing-contracts'
import { SocketModeClient } from '@slack/socket-mode'
import { Agent, buildConnector } from 'undici'
import { webOptions } from './api.ts'
import { isSafeSocket } from './api-root.ts'
import { type Failure, failureOf } from './failure.ts'
import { watchFrames } from './frames.ts'
import { isRecord } from './json.ts'
import { MAX_ANSWER_BYTES, MAX_FRAME_BYTES, type SlackTiming } from './limits.ts'
import { quietLogger } from './quiet-logger.ts'
import { redactor } from './token.ts'

/** How one socket came to its end. */
export type SocketEnd =
  /** Slack asked for it, or the link broke; `reason` in the words of Slack. */
  | { readonly kind: 'closed'; readonly reason: string }
  /** It never came about. */
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'stopped' }

/** One envelope; `ack` tells Slack that it arrived, and never rejects. */
export interface Envelope {
  readonly payload: unknown
  readonly ack: () => void
}

/** What {@link openSocket} works with. */
export interface SocketOptions {
  readonly appToken: string
  readonly root: string
  readonly timing: SlackTiming
  readonly signal: AbortSignalLike
  readonly onConnected: (connections: number) => void
  readonly onEnvelope: (envelope: Envelope) => void
}

/** How long the closing handshake may take before the link is cut, in ms. */
const CLOSE_MS = 100

/**
 * One socket of Socket Mode, from `apps.connections.open` to its end; never rejects. The SDK's own reconnecting is off:
 * it ends the process when the token was revoked meanwhile.
 */
export function openSocket(options: SocketOptions): Promise<SocketEnd> {
  const link = cuttableLink()
  const client = clientOf(options, link.agent)
  return new Promise((resolve) => {
    const life: Life = { isOver: false, reason: 'the link broke', patience: undefined }
    const stop = (): void => end({ kind: 'stopped' })
    const end = (how: SocketEnd): void => {
      if (life.isOver) return
      life.isOver = true
      clearTimeout(life.patience)
      options.signal.removeEventListener('abort', stop)
      client.disconnect().catch(() => {})
      setTimeout(link.cut, CLOSE_MS)
      resolve(how)
    }
    options.signal.addEventListener('abort', stop)
    listen(options, { client, life, end })
    if (options.signal.aborted) stop()
  })
}

interface Life {
  isOver: boolean
  /** Why Slack ends the socket, as soon as it says so. */
  reason: string
  patience: ReturnType<typeof setTimeout> | undefined
}

interface Opening {
  readonly client: SocketModeClient
  readonly life: Life
  readonly end: (how: SocketEnd) => void
}

function listen(options: SocketOptions, { client, life, end }: Opening): void {
  const { appToken, timing, onConnected, onEnvelope } = options
  life.patience = setTimeout(() => {
    end({ kind: 'closed', reason: 'no hello in time' })
  }, timing.connectMs)
  watchFrames(client, {
    onHello: (connections) => {
      clearTimeout(life.patience)
      if (!life.isOver) onConnected(connections)
    },
    onDisconnect: (reason) => {
      life.reason = reason
    },
  })
  client.on('slack_event', (event: unknown) => {
    if (!life.isOver) onEnvelope(envelopeOf(event))
  })
  const closed = (): void => end({ kind: 'closed', reason: life.reason })
  client.on('disconnected', closed)
  client.start().catch((error: unknown) => {
    // The SDK says nothing where the link broke before the hello.
    if (error === undefined) closed()
    else end({ kind: 'failed', failure: failureOf(error, redactor(appToken)) })
  })
}

function clientOf({ appToken, root, timing }: SocketOptions, dispatcher: Agent): SocketModeClient {
  const { requestMs, pongMs, pingMs } = timing
  const client = new SocketModeClient({
    ...{ appToken, dispatcher, logger: quietLogger },
    autoReconnectEnabled: false,
    clientPingTimeout: pongMs,
    serverPingTimeout: pingMs,
    clientOptions: webOptions(root, requestMs),
  })
  client.on('authenticated', (answer: unknown) => {
    if (isRecord(answer) && isSafeSocket(answer.url)) return
    throw Object.assign(new Error(), { code: 'the socket would not be private' })
  })
  return client
}

function envelopeOf(event: unknown): Envelope {
  const { ack, body } = event as { readonly ack: () => Promise<void>; readonly body: unknown }
  return { payload: body, ack: () => void ack().catch(() => {}) }
}

interface Link {
  readonly agent: Agent
  /** Ends whatever connection is left. */
  readonly cut: () => void
}

/** Connections that can be cut: after the upgrade nobody else knows the socket's. */
function cuttableLink(): Link {
  const open = new Set<Socket>()
  const connect = buildConnector({ allowH2: false })
  const agent = new Agent({
    maxResponseSize: MAX_ANSWER_BYTES,
    webSocket: { maxPayloadSize: MAX_FRAME_BYTES },
    connect: (target, callback) => {
      connect(target, (error, socket) => {
        if (error !== null || socket === null)
          return callback(error ?? new Error('no socket'), null)
        open.add(socket)
        socket.once('close', () => open.delete(socket))
        callback(null, socket)
      })
    },
  })
  return {
    agent,
    cut: () => {
      for (const socket of open) socket.destroy()
      void agent.destroy().catch(() => {})
    },
  }
}
