import { type Backoff, pause, type StatusBoard } from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, ChannelLog } from '@openclaw/pairing-contracts'
import { SlackSocketModeOff, type SlackTokenKind } from './errors.ts'
import type { Failure } from './failure.ts'
import { fatalOf } from './fatal.ts'
import type { SocketEnd } from './socket.ts'

/** Keeps an account going through failures. */
export interface Recovery {
  /**
   * Waits as long as this failure asks for.
   *
   * @throws what waiting does not mend: a wrong token, a missing scope, no Web API
   */
  readonly failed: (failure: Failure, token: SlackTokenKind) => Promise<void>
  /** As {@link failed}, for the end of a socket. A fresh one that Slack asked for is opened at once. */
  readonly ended: (end: SocketEnd) => Promise<void>
  /** A socket stands; `connections` of this app are open, by Slack's count. */
  readonly connected: (connections: number) => void
}

/** What a {@link recovery} works with. */
export interface RecoveryComponents {
  readonly backoff: Backoff
  readonly board: StatusBoard
  readonly log: ChannelLog
  readonly origin: string
  /** Leave to open a socket at once, as the platform asked for. */
  readonly mayRenew: () => boolean
  readonly signal: AbortSignalLike
}

/** Longer than this nobody waits on a platform's word, in ms. */
const MAX_PAUSE_MS = 600_000

/** Slack renews sockets every few hours, and says so first. */
const RENEWALS = new Set(['warning', 'refresh_requested'])

/** Not connected yet. */
export function recovery(components: RecoveryComponents): Recovery {
  const { backoff, board, log, origin, mayRenew, signal } = components
  let seen = 1
  const wait = async (event: string, reason: string, atLeastMs: number): Promise<void> => {
    if (signal.aborted) return
    const ms = Math.max(backoff.failed(), Math.min(atLeastMs, MAX_PAUSE_MS))
    log('warn', event, { reason, nextTryMs: ms })
    board.set('waiting', `${origin}: ${reason}`)
    await pause(ms, signal)
  }
  const failed: Recovery['failed'] = (failure, token) => {
    const fatal = fatalOf(failure, { token, origin })
    if (fatal) throw fatal
    const asked = failure.kind === 'limited' ? failure.retryAfterMs : 0
    const event = failure.kind === 'limited' ? 'slack-rate-limited' : 'slack-unreachable'
    return wait(event, `${failure.description}${fixOf(failure)}`, asked)
  }
  return {
    failed: async (failure, token) => failed(failure, token),
    connected: (connections) => {
      if (board.now().state !== 'connected') log('info', 'slack-connected', { origin })
      board.set('connected')
      if (connections > seen) log('warn', 'slack-shared', { connections, reason: SHARED })
      seen = connections
    },
    ended: async (end) => {
      if (end.kind === 'stopped') return
      if (end.kind === 'failed') return failed(end.failure, 'appToken')
      if (end.reason === 'link_disabled') throw new SlackSocketModeOff()
      // Asked for again and again, it is a failure like others.
      if (!RENEWALS.has(end.reason) || !mayRenew()) return wait('slack-disconnected', end.reason, 0)
      log('debug', 'slack-renewed', { reason: end.reason })
    },
  }
}

const SHARED =
  'another process may use this app: each gets a part of the messages; stop it, or give it an app of its own'

const fixOf = ({ kind }: Failure): string =>
  kind === 'unreachable' ? '; check the network of this machine and `channels.slack.apiRoot`' : ''
