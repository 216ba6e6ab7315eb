import { type Backoff, pause, type StatusBoard } from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, ChannelLog } from '@openclaw/pairing-contracts'
import type { ReceivingApi } from './api.ts'
import { TelegramNotFound, TelegramTokenRejected } from './errors.ts'
import type { Failure } from './failure.ts'
import type { TelegramTiming } from './limits.ts'

/** Keeps a poller going through failures. */
export interface Recovery {
  /**
   * Waits as long as this failure asks for.
   *
   * @throws {@link TelegramTokenRejected} and {@link TelegramNotFound}: waiting does not mend those
   */
  readonly failed: (failure: Failure) => Promise<void>
  /** A poll was answered; only one that waited shows that no other process polls. */
  readonly worked: (isLong: boolean) => void
  /** True after a failure and at first: the next poll should not wait. */
  readonly probing: () => boolean
}

/** What a {@link recovery} works with. */
export interface RecoveryComponents {
  readonly api: Pick<ReceivingApi, 'deleteWebhook'>
  readonly backoff: Backoff
  readonly board: StatusBoard
  readonly log: ChannelLog
  readonly timing: TelegramTiming
  readonly origin: string
  readonly signal: AbortSignalLike
}

/** Longer than this nobody waits on a platform's word, in ms. */
const MAX_PAUSE_MS = 600_000

const FIXES: Readonly<Record<Failure['kind'], string>> = {
  answered: '',
  lost: '',
  unreachable:
    '; check the network of this machine, `channels.telegram.apiRoot`, and `proxy` there if you set it',
}
const OTHER_POLLER =
  "another process polls this bot's token: stop it, or give this gateway its own bot"
const WEBHOOK_AGAIN =
  "another program keeps setting a webhook for this bot's token: stop it, or give this gateway its own bot"

/** Not connected yet. */
export function recovery(components: RecoveryComponents): Recovery {
  const { board, log, origin, signal } = components
  const state = { probing: true, conflict: false, webhookRemoved: false, told: '' }

  const wait = async (reason: string, ms: number): Promise<void> => {
    board.set('waiting', reason)
    await pause(ms, signal)
  }
  return {
    probing: () => state.probing,
    worked: (isLong) => {
      state.probing = false
      if (isLong) state.conflict = false
      if (state.conflict) return
      state.told = ''
      if (board.now().state !== 'connected') log('info', 'telegram-connected', { origin })
      board.set('connected')
    },
    failed: async (failure) => {
      if (signal.aborted) return
      state.probing = true
      const status = failure.kind === 'answered' ? failure.status : 0
      if (status === 401) throw new TelegramTokenRejected()
      if (status === 404) throw new TelegramNotFound(origin)
      if (status === 409) return conflict(components, state, { failure, wait })
      const { ms, event } = waitFor(components, failure)
      const reason = `${origin}: ${failure.description}${FIXES[failure.kind]}`
      log(reason === state.told ? 'debug' : 'warn', event, { reason, nextTryMs: ms })
      state.told = reason
      await wait(reason, ms)
    },
  }
}

function waitFor(
  { backoff }: RecoveryComponents,
  failure: Failure,
): { readonly ms: number; readonly event: string } {
  const ms = backoff.failed()
  if (failure.kind === 'answered' && failure.retryAfterMs !== undefined) {
    const asked = Math.min(failure.retryAfterMs, MAX_PAUSE_MS)
    return { ms: Math.max(asked, ms), event: 'telegram-rate-limited' }
  }
  const isStall = failure.kind === 'lost' && failure.silent
  return { ms, event: isStall ? 'telegram-stalled' : 'telegram-unreachable' }
}

interface ConflictStep {
  readonly failure: Failure
  readonly wait: (reason: string, ms: number) => Promise<void>
}

/** A webhook left behind is removed once; whoever polls or sets one again is another process. */
async function conflict(
  { api, board, log, timing }: RecoveryComponents,
  state: { conflict: boolean; webhookRemoved: boolean },
  { failure, wait }: ConflictStep,
): Promise<void> {
  if (!state.webhookRemoved && /webhook/i.test(failure.description)) {
    const removed = await api.deleteWebhook()
    state.webhookRemoved = removed.ok
    board.set('waiting', failure.description)
    if (removed.ok) return log('warn', 'telegram-webhook-removed', { reason: failure.description })
  }
  state.conflict = true
  const reason = /webhook/i.test(failure.description) ? WEBHOOK_AGAIN : OTHER_POLLER
  log('error', 'telegram-conflict', { reason, nextTryMs: timing.conflictMs })
  await wait(reason, timing.conflictMs)
}
