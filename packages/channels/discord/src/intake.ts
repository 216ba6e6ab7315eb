import {
  type Inbox,
  isRecord,
  type JsonRecord,
  pause,
  reasonOf,
} from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, ChannelLog, Clock } from '@openclaw/pairing-contracts'
import type { DiscordApi } from './api.ts'
import { catchUp } from './catch-up.ts'
import type { Dispatch, ReadyFields } from './frames.ts'
import { CHANNELS_REMEMBERED, DIRECTS_KEPT, type DiscordTiming, EVENTS_WAITING } from './limits.ts'
import { type Remembered, remembered } from './remembered.ts'
import { fallBehind, type Session, type Track } from './session.ts'
import { isSnowflake, older, timeOf } from './snowflake.ts'

/** What taking events in works with. */
export interface IntakeComponents {
  readonly inbox: Inbox
  readonly api: DiscordApi
  readonly track: Track
  readonly clock: Clock
  readonly timing: DiscordTiming
  readonly log: ChannelLog
  readonly signal: AbortSignalLike
  /** A session stands. */
  readonly onReady: () => void
  /** The track has moved. */
  readonly onMoved: () => void
}

/** What becomes of the events of one socket. */
export type Lane = (event: Dispatch, hold: (reason: string) => void) => void

/** Takes events in, in their order; how far that went is the track. */
export interface Intake {
  /** @param session - what the socket takes up; its first events are those that were missed */
  readonly lane: (session: Session | undefined, shards: number) => Lane
  /** Everything that came is taken in, or was given back. */
  readonly idle: () => Promise<void>
}

interface Taking extends IntakeComponents {
  /** Kinds of channels that Discord did not name with a message. */
  readonly kinds: Remembered<number>
  /** How often a conversation could not be asked about. */
  readonly tries: Remembered<number>
  /** Looks for missed messages again after a while, until there are none. */
  readonly later: Later
}

interface Later {
  readonly plan: () => void
  readonly well: () => void
}

interface LaneState {
  readonly shards: number
  /** Until RESUMED, what comes was missed. */
  isReplay: boolean
  /** Nothing more is taken: Discord gives it again. */
  isHeld: boolean
}

/** Nothing came yet. */
export function intake(components: IntakeComponents): Intake {
  let queue: Promise<unknown> = Promise.resolve()
  let waiting = 0
  const later = laterOnce(components, () => {
    queue = queue
      .then(() => lookForMissed(taking))
      .catch((error: unknown) => {
        told(taking, 'catch-up', error)
      })
  })
  const taking: Taking = {
    ...components,
    kinds: remembered(CHANNELS_REMEMBERED),
    tries: remembered(DIRECTS_KEPT),
    later,
  }
  return {
    idle: async () => void (await queue),
    lane: (session, shards) => {
      const state: LaneState = { shards, isReplay: session !== undefined, isHeld: false }
      return (event, hold) => {
        const stop = (reason: string): void => {
          state.isHeld = true
          hold(reason)
        }
        if (waiting >= EVENTS_WAITING) stop('more events wait than can be taken in')
        if (state.isHeld) return
        waiting += 1
        queue = queue.then(async () => {
          const why = state.isHeld ? undefined : await takeOrTell(taking, state, event)
          waiting -= 1
          if (why !== undefined) stop(why)
        })
      }
    },
  }
}

/** An event that nobody foresaw must not stop those behind it. */
function takeOrTell(taking: Taking, lane: LaneState, event: Dispatch): Promise<string | undefined> {
  return take(taking, lane, event).catch((error: unknown) => told(taking, event.t, error))
}

function told({ log }: Taking, type: string, error: unknown): undefined {
  log('error', 'discord-event-failed', { type, reason: reasonOf(error) })
}

/** Takes one event in; else why not now. */
async function take(taking: Taking, lane: LaneState, event: Dispatch): Promise<string | undefined> {
  const { track, inbox, clock, onReady } = taking
  const { t, s, d } = event
  if (t === 'READY') await begin(taking, lane, event)
  if (t === 'RESUMED') {
    lane.isReplay = false
    onReady()
    await lookForMissed(taking)
  }
  if (t !== 'READY' && t !== 'RESUMED') {
    const data = await withKind(taking, event)
    if (data === undefined) return 'Discord does not say of what kind a conversation is'
    // It is found with what was missed before it, in order.
    if (isBehind(track, d)) return moved(taking, s)
    const heldMs = lane.isReplay ? heldOf(d, clock) : 0
    const reception = inbox.receive({ payload: { t, d: data }, ...(heldMs > 0 && { heldMs }) })
    if (reception === 'full') return 'more messages wait than can be handled'
    if (reception !== 'ignored') note(track, d)
  }
  return moved(taking, s)
}

function moved({ track, onMoved }: Taking, s: number): undefined {
  if (track.session) track.session = { ...track.session, seq: Math.max(track.session.seq, s) }
  onMoved()
}

function isBehind({ behind }: Track, { channel_id: channel }: PlaceFields): boolean {
  return typeof channel === 'string' && behind.get(channel) !== undefined
}

/** A session that is new has none of what came before it. */
async function begin(taking: Taking, { shards }: LaneState, { s, d }: Dispatch): Promise<void> {
  const { track, inbox, onReady, onMoved } = taking
  fallBehind(track)
  const { session_id: id, resume_gateway_url: url } = d as ReadyFields
  track.session = { id: String(id), url: String(url), shards, seq: s }
  onReady()
  onMoved()
  // Whoever is killed now takes this session up again, instead of starting another.
  void inbox.save()
  await lookForMissed(taking)
}

async function lookForMissed(taking: Taking): Promise<void> {
  const { track, onMoved, later } = taking
  if (track.behind.entries().length === 0) return
  await catchUp({ ...taking, note: (message) => note(track, message) })
  onMoved()
  if (track.behind.entries().length > 0) later.plan()
  else later.well()
}

/** Calls `work` after a wait that grows until it is told that all is well; never twice for one wait, nor after a stop. */
function laterOnce(
  { signal, timing }: Pick<IntakeComponents, 'signal' | 'timing'>,
  work: () => void,
): Later {
  const { backoffMs, maxBackoffMs } = timing
  let isPlanned = false
  let ms = backoffMs
  return {
    well: () => {
      ms = backoffMs
    },
    plan: () => {
      if (isPlanned) return
      isPlanned = true
      void pause(ms, signal).then(() => {
        isPlanned = false
        if (!signal.aborted) work()
      })
      ms = Math.min(maxBackoffMs, ms * 2)
    },
  }
}

function heldOf({ id }: JsonRecord & { readonly id?: unknown }, clock: Clock): number {
  return isSnowflake(id) ? Math.max(0, clock.now() - timeOf(id)) : 0
}

function note({ newest }: Track, message: unknown): void {
  if (!isRecord(message)) return
  const { id, channel_id: channel } = message as { readonly id?: unknown; channel_id?: unknown }
  if (!isSnowflake(id) || !isSnowflake(channel)) return
  const before = newest.get(channel)
  newest.set(channel, before !== undefined && older(id, before) < 0 ? before : id)
}

/** What a message is looked at for. */
interface PlaceFields {
  readonly channel_id?: unknown
  readonly channel_type?: unknown
  readonly guild_id?: unknown
}

/** The event with the kind of its channel, which is asked for once where it is missing; `undefined`: nobody can say now. */
async function withKind(
  { api, kinds }: Taking,
  { t, d }: Dispatch,
): Promise<JsonRecord | undefined> {
  const { channel_id: channel, channel_type: kind, guild_id: guild } = d as PlaceFields
  const isKnown = kind !== undefined || (guild !== undefined && guild !== null)
  if (t !== 'MESSAGE_CREATE' || isKnown || !isSnowflake(channel)) return d
  const found = kinds.get(channel)
  if (found !== undefined) return { ...d, channel_type: found }
  const answer = await api.kindOf(channel)
  if (!answer.ok) return answer.failure.kind === 'answered' ? d : undefined
  kinds.set(channel, answer.value)
  return { ...d, channel_type: answer.value }
}
