import { setTimeout as sleep } from 'node:timers/promises'
import type { EventsConfig, EventsCursor } from '@openclaw/pairing-config'
import { type ChannelLog, type CursorStore, isOpenClawError } from '@openclaw/pairing-contracts'
import { inWords } from '../channels/supervise.ts'
import { FOLLOW_AGAIN_MS } from '../limits.ts'
import type { WebhookComponents } from '../webhook/post.ts'
import { checkedUrl } from '../webhook/url.ts'
import { begin } from './begin.ts'
import { cursorKeeper } from './cursor-keeper.ts'
import { courier } from './deliver.ts'
import { type Counter, counter, type EventFigures } from './figures.ts'
import { ANSWER_GRACE_MS, EVENTS_END_MS } from './limits.ts'
import type { EventStore, Gap } from './standing.ts'
import { type Teller, tellGap, tellJournal } from './tell.ts'

/** What {@link startEvents} works with. */
export interface EventsComponents {
  readonly config: EventsConfig
  readonly store: EventStore
  /** Written by nobody else. */
  readonly file: CursorStore
  readonly log: ChannelLog
  readonly webhook: WebhookComponents
  /** Figures go on from there; from zero unless given. */
  readonly counter?: Counter
  /** False as soon as another gateway may tell: then nothing is sent any more. */
  readonly isOurs?: () => boolean
}

/** The journal, being told. */
export interface RunningEvents {
  readonly figures: () => EventFigures
  /** Ends within 2 s: what is under way has 1 s to be answered. Safe to call twice. */
  readonly stop: () => Promise<void>
}

/**
 * Tells a webhook what happens, in the order of the journal, each at least once and under the same id; until it is stopped.
 * When it resolves, everything that happens from then on is told. A store that cannot answer is asked again.
 *
 * @throws {@link WebhookUrlRefused}
 */
export async function startEvents(components: EventsComponents): Promise<RunningEvents> {
  const url = checkedUrl(components.config.url, 'pairing.events.url')
  const [stopping, stopped] = [new AbortController(), new AbortController()]
  const { count, figures } = components.counter ?? counter(components.webhook.clock)
  const life = { ...components, url, count, stopping: stopping.signal, stopped: stopped.signal }
  const voice = voiceOf(life)
  await voice.begin()
  const ended = voice.run()
  let end: Promise<void> | undefined
  return {
    figures: () => figures(voice.teller()?.keeper.current()),
    stop: () => {
      end ??= stop({ stopping, stopped, ended })
      return end
    },
  }
}

interface Life extends EventsComponents {
  readonly url: URL
  readonly count: Teller['count']
  readonly stopping: AbortSignal
  readonly stopped: AbortSignal
}

interface Voice {
  readonly teller: () => Teller | undefined
  /** Learns where to start from, where that is not known yet. Never rejects. */
  readonly begin: () => Promise<void>
  /** Until it is stopped; begins again after an error. Never rejects. */
  readonly run: () => Promise<void>
}

function voiceOf(life: Life): Voice {
  const { log, stopping } = life
  let begun: { readonly teller: Teller; gap: Gap | undefined } | undefined
  let complaint: string | undefined
  const guarded = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work()
      complaint = undefined
    } catch (error) {
      const reason = inWords(error)
      // The next look tells what is missing.
      if (isOpenClawError(error) && error.code === 'ERR_STORE_HISTORY_GAP') return
      if (reason !== complaint) log('warn', 'events-not-followed', { reason })
      complaint = reason
    }
  }
  const learn = async (): Promise<void> => {
    const { cursor, gap } = await begin(life)
    begun = { teller: tellerOf(life, cursor), gap }
  }
  const tell = async (): Promise<void> => {
    if (begun === undefined) await learn()
    if (begun?.gap !== undefined) {
      if ((await tellGap(begun.teller, begun.gap)) === 'stopped') return
      begun.gap = undefined
    }
    if (begun !== undefined) await tellJournal(begun.teller)
  }
  return {
    teller: () => begun?.teller,
    begin: () => guarded(learn),
    run: async () => {
      while (!stopping.aborted) {
        await guarded(tell)
        await sleep(FOLLOW_AGAIN_MS, undefined, { signal: stopping }).catch(() => {})
      }
      await begun?.teller.keeper.flush()
    },
  }
}

function tellerOf(life: Life, cursor: EventsCursor): Teller {
  const { webhook } = life
  const keeper = cursorKeeper(life, cursor)
  return { ...life, clock: webhook.clock, keeper, courier: courier({ ...life, keeper }) }
}

interface Ending {
  readonly stopping: AbortController
  readonly stopped: AbortController
  readonly ended: Promise<void>
}

async function stop({ stopping, stopped, ended }: Ending): Promise<void> {
  stopping.abort()
  const grace = setTimeout(() => stopped.abort(), ANSWER_GRACE_MS)
  const late = new AbortController()
  await Promise.race([
    ended.finally(() => late.abort()),
    sleep(EVENTS_END_MS, undefined, { signal: late.signal }).catch(() => {}),
  ])
  clearTimeout(grace)
  stopped.abort()
}
