import {
  Encoding,
  type IContextFetchingStrategy,
  type SessionInfo,
  WebSocketShard,
  WebSocketShardEvents,
} from '@discordjs/ws'
import { reasonOf } from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike } from '@openclaw/pairing-contracts'
import { type Dispatch, type Frame, frameOf } from './frames.ts'
import type { DiscordTiming } from './limits.ts'
import type { Session } from './session.ts'

/** How one socket came to its end. */
export type SocketEnd =
  /** `code` of Discord's closing frame, where there was one. */
  | { readonly kind: 'closed'; readonly code: number | undefined; readonly reason: string }
  /** Discord wants it opened anew. */
  | { readonly kind: 'renewed' }
  /** The session cannot be taken up. */
  | { readonly kind: 'invalid' }
  /** It never came about. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** We can take no more at the moment. */
  | { readonly kind: 'held'; readonly reason: string }
  | { readonly kind: 'stopped' }

/** What {@link openSocket} works with. */
export interface SocketOptions {
  readonly token: string
  readonly url: string
  /** To be taken up; without one a session is started. */
  readonly session: Session | undefined
  readonly shards: number
  readonly timing: Pick<DiscordTiming, 'connectMs'>
  readonly signal: AbortSignalLike
  /** `hold` ends the socket, and the session stays. */
  readonly onDispatch: (event: Dispatch, hold: (reason: string) => void) => void
}

/** DIRECT_MESSAGES: all that pairing needs; their text comes without the privileged MESSAGE_CONTENT. */
const INTENTS: number = 1 << 12
/** Direct messages are in the first part of a bot's events. */
const SHARD = 0
/** Any code but 1000 and 1001 leaves the session to be taken up. */
const RESUMABLE = 4200
/** How long the closing handshake may take before the link is cut, in ms. */
const CLOSE_MS = 100

/** What has to be reached inside of the SDK: its own reading of frames rejects unheard, and its socket cannot be cut. */
interface Inside {
  readonly connection: {
    readonly on: (event: 'error', listener: () => void) => void
    readonly terminate: () => void
  } | null
  readonly heartbeatInterval: ReturnType<typeof setInterval> | null
  onMessage: (data: unknown, isBinary: boolean) => Promise<void>
}

interface Life {
  isOver: boolean
  isGreeted: boolean
  /** READY or RESUMED came. */
  isReady: boolean
  /** What Discord said last about the end. */
  told: 'renewed' | 'invalid' | undefined
  code: number | undefined
  error: string | undefined
  patience: ReturnType<typeof setTimeout> | undefined
}

/**
 * One socket of the gateway, from its opening to its end; never rejects. The SDK's own reconnecting is off: it knows no
 * back-off, and gives sessions up that could be taken up.
 */
export function openSocket(options: SocketOptions): Promise<SocketEnd> {
  return new Promise((resolve) => {
    const { signal } = options
    if (signal.aborted) return resolve({ kind: 'stopped' })
    const life: Life = {
      ...{ isOver: false, isGreeted: false, isReady: false },
      ...{ told: undefined, code: undefined, error: undefined, patience: undefined },
    }
    const shard = new WebSocketShard(strategyOf(options, life), SHARD)
    const close = shard.destroy.bind(shard)
    const stop = (): void => end({ kind: 'stopped' })
    const end = (how: SocketEnd): void => {
      if (life.isOver) return
      life.isOver = true
      clearTimeout(life.patience)
      signal.removeEventListener('abort', stop)
      leave(shard, close)
      resolve(how)
    }
    signal.addEventListener('abort', stop)
    listen(options, { shard, life, end })
  })
}

interface Opening {
  readonly shard: WebSocketShard
  readonly life: Life
  readonly end: (how: SocketEnd) => void
}

const insideOf = (shard: WebSocketShard): Inside => shard as unknown as Inside

function listen(options: SocketOptions, { shard, life, end }: Opening): void {
  const wait = (): void => {
    clearTimeout(life.patience)
    life.patience = setTimeout(() => {
      const reason = 'no answer of the gateway in time'
      end(life.isGreeted ? { kind: 'closed', code: undefined, reason } : { kind: 'failed', reason })
    }, options.timing.connectMs)
  }
  shard.on(WebSocketShardEvents.Error, () => {})
  shard.on(WebSocketShardEvents.SocketError, (error) => {
    life.error = wordOf(error)
  })
  shard.on(WebSocketShardEvents.Closed, (code) => {
    life.code = code
  })
  // Whatever ends a socket comes through here, with the wish to open another.
  shard.destroy = async ({ reason } = {}) => {
    end(endOf(life, reason))
    clearInterval(insideOf(shard).heartbeatInterval ?? undefined)
  }
  guard(shard, (frame) => heard(options, { shard, life, end }, { frame, wait }))
  wait()
  shard.connect().catch(() => {})
}

interface Heard {
  readonly frame: Frame
  /** Begins to wait anew for what has to come. */
  readonly wait: () => void
}

function heard(
  { onDispatch }: SocketOptions,
  { life, end }: Opening,
  { frame, wait }: Heard,
): void {
  if (life.isOver) return
  if (frame.kind === 'hello') life.isGreeted = true
  if (frame.kind === 'reconnect') life.told = 'renewed'
  if (frame.kind === 'invalid') life.told = 'invalid'
  if (frame.kind !== 'dispatch') return
  const { event } = frame
  life.isReady ||= event.t === 'READY' || event.t === 'RESUMED'
  if (life.isReady) clearTimeout(life.patience)
  else wait()
  onDispatch(event, (reason) => end({ kind: 'held', reason }))
}

/** Stands before the SDK's reading of frames. */
function guard(shard: WebSocketShard, onFrame: (frame: Frame) => void): void {
  const inside = insideOf(shard)
  const read = inside.onMessage.bind(shard)
  inside.onMessage = async (data, isBinary) => {
    const frame = frameOf(data, isBinary)
    if (frame === undefined) return
    onFrame(frame)
    await read(data, isBinary).catch(() => {})
  }
}

function endOf({ told, code, error, isGreeted }: Life, reason = 'the link broke'): SocketEnd {
  if (told !== undefined) return { kind: told }
  if (code !== undefined && code >= 4000) return { kind: 'closed', code, reason: String(code) }
  if (!isGreeted) return { kind: 'failed', reason: error ?? `closed with ${String(code)}` }
  return { kind: 'closed', code, reason: error ?? (code === undefined ? reason : 'the link broke') }
}

function wordOf(error: unknown): string {
  const { code } = error instanceof Error ? (error as { readonly code?: unknown }) : {}
  return typeof code === 'string' ? `no connection (${code})` : reasonOf(error)
}

/** Says good-bye so that the session stays, and cuts what is left of the link. */
function leave(shard: WebSocketShard, close: WebSocketShard['destroy']): void {
  const socket = insideOf(shard).connection
  // A socket that is given up before it is open has an error nobody waits for.
  socket?.on('error', () => {})
  close({ code: RESUMABLE }).catch(() => {})
  setTimeout(() => socket?.terminate(), CLOSE_MS)
}

function strategyOf(
  { token, url, session, shards: shardCount }: SocketOptions,
  life: Life,
): IContextFetchingStrategy {
  let current: SessionInfo | null = session
    ? {
        ...{ sessionId: session.id, sequence: session.seq, resumeURL: url },
        ...{ shardId: SHARD, shardCount },
      }
    : null
  const unlessOver = <T>(value: T): T | Promise<T> => (life.isOver ? new Promise(() => {}) : value)
  return {
    retrieveSessionInfo: () => unlessOver(current),
    updateSessionInfo: (_, info) => {
      current = info
    },
    waitForIdentify: async () => unlessOver(undefined),
    options: {
      ...{ token, shardCount, intents: INTENTS, version: '10', encoding: Encoding.JSON },
      ...{ compression: null, useIdentifyCompression: false },
      ...{ initialPresence: null, largeThreshold: null },
      // Our own patience ends a socket sooner.
      ...{ handshakeTimeout: null, helloTimeout: null, readyTimeout: null },
      identifyProperties: { os: 'linux', browser: 'openclaw', device: 'openclaw' },
      gatewayInformation: {
        ...{ url, shards: shardCount },
        session_start_limit: { total: 0, remaining: 0, reset_after: 0, max_concurrency: 1 },
      },
    },
  }
}
