import type { EventsConfig } from '@openclaw/pairing-config'
import type { ChannelLog } from '@openclaw/pairing-contracts'
import { pauseAfter } from '../webhook/pause.ts'
import { type Posted, post, type WebhookComponents } from '../webhook/post.ts'
import type { SignedRequest } from '../webhook/signed-request.ts'
import type { CursorKeeper } from './cursor-keeper.ts'
import type { Counted } from './figures.ts'
import { EVENT_RETRY_MAX_MS, SPACING_MS } from './limits.ts'

/** Something that is to be told. */
export interface Told {
  readonly request: SignedRequest
  /** For the log. */
  readonly action: string
  readonly seq: number
}

/** Hands events over, one after the other. */
export interface Courier {
  /**
   * Tries until the receiver takes or refuses it, however long it is down. `make` is asked before each try.
   * `stopped`: it was not, and is told after the next start.
   */
  readonly deliver: (make: () => Promise<Told>) => Promise<'taken' | 'refused' | 'stopped'>
}

/** What a {@link courier} works with. */
export interface CourierComponents {
  readonly config: EventsConfig
  readonly url: URL
  readonly webhook: WebhookComponents
  readonly keeper: CursorKeeper
  readonly count: (what: keyof Counted) => void
  readonly log: ChannelLog
  /** Nothing is tried any more. */
  readonly stopping: AbortSignal
  /** What was sent is not waited for any more. */
  readonly stopped: AbortSignal
  /** Asked right before each try; true unless given. */
  readonly isOurs?: () => boolean
}

/** A courier that has sent nothing yet. */
export function courier(components: CourierComponents): Courier {
  const { webhook, stopping, count, isOurs = () => true } = components
  const pace = pacer(components)
  const ledger = ledgerOf(components)
  return {
    deliver: async (make) => {
      for (let attempt = 1; !stopping.aborted; attempt += 1) {
        await pace()
        if (stopping.aborted) break
        const told = await make()
        if (!isOurs()) break
        const posted = await send(components, told)
        if (posted.outcome === 'taken') {
          ledger.taken(told)
          return 'taken'
        }
        if (posted.outcome === 'refused') {
          await ledger.refused(told, posted.reason)
          return 'refused'
        }
        if (stopping.aborted) break
        count('failed')
        await ledger.failed(told, posted.reason)
        await webhook.sleep(pauseAfter(attempt, posted.retryAfterMs, EVENT_RETRY_MAX_MS), stopping)
      }
      return 'stopped'
    },
  }
}

function send(
  { config, url, webhook, stopped }: CourierComponents,
  { request }: Told,
): Promise<Posted<void>> {
  return post(webhook, {
    url,
    request,
    timeoutMs: config.timeoutMs,
    receiver: 'the receiver of events',
    // What it says is nothing to us.
    read: async (response) => response.body?.cancel(),
    signal: stopped,
  })
}

/** Keeps tries {@link SPACING_MS} apart. */
function pacer({ webhook, stopping }: CourierComponents): () => Promise<void> {
  let next = 0
  return async () => {
    const wait = next - performance.now()
    if (wait > 0) await webhook.sleep(wait, stopping)
    next = performance.now() + SPACING_MS
  }
}

/** Says once that the receiver is down, refuses, or is back, and writes down what `openclaw doctor` shows. */
function ledgerOf({ webhook, keeper, count, log }: CourierComponents) {
  let isRefusing = false
  const endTrouble = (): void => {
    const { failingSince } = keeper.current()
    if (failingSince === undefined) return
    log('info', 'events-answered-again', { downMs: webhook.clock.now() - failingSince })
    keeper.endTrouble()
  }
  return {
    taken: ({ seq }: Told): void => {
      count('taken')
      endTrouble()
      if (isRefusing) log('info', 'events-taken-again', { seq })
      isRefusing = false
    },
    refused: async ({ seq, action }: Told, reason: string): Promise<void> => {
      count('refused')
      endTrouble()
      const note = 'it is not sent again; further ones are counted'
      if (!isRefusing) log('warn', 'event-refused', { seq, action, reason, note })
      isRefusing = true
      const refused = keeper.current().refused + 1
      await keeper.set({ refused, refusedAt: webhook.clock.now(), refusal: reason })
    },
    failed: async ({ seq, action }: Told, reason: string): Promise<void> => {
      const { failingSince, failure } = keeper.current()
      if (failure === reason) return
      const note = 'tried again until it is taken, one after the other'
      log('warn', 'events-not-taken', { seq, action, reason, note })
      await keeper.set({ failingSince: failingSince ?? webhook.clock.now(), failure: reason })
    },
  }
}
