import { type Backoff, pause, type StatusBoard } from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, ChannelLog } from '@openclaw/pairing-contracts'
import {
  DiscordGatewayRefused,
  DiscordIntentsRefused,
  DiscordNotFound,
  DiscordTokenRejected,
} from './errors.ts'
import type { Failure } from './failure.ts'
import type { SocketEnd } from './socket.ts'

/** Keeps an account going through failures. */
export interface Recovery {
  /**
   * Waits as long as this failure asks for.
   *
   * @throws what waiting does not mend: a wrong token, no REST API
   */
  readonly failed: (failure: Failure) => Promise<void>
  /**
   * As {@link failed}, for the end of a socket. One that Discord asked for is opened again at once.
   *
   * @throws a wrong token, intents or a version that the gateway refuses
   */
  readonly ended: (end: SocketEnd) => Promise<void>
  /** Waits `ms`, for a reason that is told. */
  readonly held: (reason: string, ms: number) => Promise<void>
  /** A session stands. */
  readonly connected: () => void
}

/** What a {@link recovery} works with. */
export interface RecoveryComponents {
  readonly backoff: Backoff
  readonly board: StatusBoard
  readonly log: ChannelLog
  readonly redact: (text: string) => string
  readonly origin: string
  /** Leave to open a socket at once, as the platform asked for. */
  readonly mayRenew: () => boolean
  /** How long an invalid session is waited after, in ms. */
  readonly invalidMs: () => number
  readonly signal: AbortSignalLike
}

/** Longer than this nobody waits on a platform's word, in ms. */
const MAX_PAUSE_MS = 600_000
/** Where Discord refuses an API call without a code, it may be because of too many of them, in ms. */
const REFUSED_MS = 60_000

const TOKEN_REFUSED = 4004
/** The gateway does not speak our version of it any more. */
const OLD_VERSION = 4012

/** Not connected yet. */
export function recovery(components: RecoveryComponents): Recovery {
  const { backoff, board, log, redact, origin, invalidMs, mayRenew, signal } = components
  const wait = async (event: string, reason: string, atLeastMs = 0): Promise<void> => {
    if (signal.aborted) return
    const ms = Math.max(backoff.failed(), Math.min(atLeastMs, MAX_PAUSE_MS))
    log('warn', event, { reason: redact(reason), nextTryMs: ms })
    board.set('waiting', redact(`${origin}: ${reason}`))
    await pause(ms, signal)
  }
  return {
    failed: async (failure) => {
      const fatal = fatalFailure(failure, origin)
      if (fatal) throw fatal
      const event = failure.kind === 'limited' ? 'discord-rate-limited' : 'discord-unreachable'
      await wait(event, `${failure.description}${fixOf(failure.kind)}`, leastOf(failure))
    },
    held: async (reason, ms) => {
      log('warn', 'discord-held', { reason, nextTryMs: ms })
      board.set('waiting', reason)
      await pause(ms, signal)
    },
    connected: () => {
      if (board.now().state !== 'connected') log('info', 'discord-connected', { origin })
      board.set('connected')
    },
    ended: async (end) => {
      if (end.kind === 'stopped' || end.kind === 'held') return
      if (end.kind === 'invalid')
        return wait('discord-session-lost', 'the session could not be taken up', invalidMs())
      if (end.kind === 'failed') return wait('discord-unreachable', `${end.reason}${FIX}`)
      if (end.kind === 'closed') {
        throwFatal(end.code)
        return wait('discord-disconnected', end.reason)
      }
      // Asked for again and again, it is a failure like others.
      if (!mayRenew()) return wait('discord-disconnected', 'asked to connect anew again and again')
      log('debug', 'discord-renewed', {})
    },
  }
}

function fatalFailure({ kind, description }: Failure, origin: string): Error | undefined {
  if (kind === 'unauthorised') return new DiscordTokenRejected(description)
  return kind === 'missing' ? new DiscordNotFound(origin) : undefined
}

/** @throws what a close code says that no waiting mends */
function throwFatal(code: number | undefined): void {
  if (code === TOKEN_REFUSED)
    throw new DiscordTokenRejected(`the gateway closed with ${String(code)}`)
  if (code === 4013 || code === 4014) throw new DiscordIntentsRefused(code)
  if (code === OLD_VERSION) throw new DiscordGatewayRefused(code)
}

function leastOf(failure: Failure): number {
  if (failure.kind === 'limited') return failure.retryAfterMs
  return failure.kind === 'answered' ? REFUSED_MS : 0
}

const FIX = '; check the network of this machine and `channels.discord.apiRoot`'
const fixOf = (kind: Failure['kind']): string => (kind === 'unreachable' ? FIX : '')
