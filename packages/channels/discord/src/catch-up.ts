import { type Inbox, isRecord } from '@openclaw/pairing-channel-kit'
import type { ChannelLog, Clock } from '@openclaw/pairing-contracts'
import type { DiscordApi } from './api.ts'
import { type DiscordTiming, MISSED_AT_MOST, MISSED_MS } from './limits.ts'
import type { Track } from './session.ts'
import { isSnowflake, older, timeOf } from './snowflake.ts'

/** What catching up works with. */
export interface CatchUpComponents {
  readonly api: Pick<DiscordApi, 'after'>
  readonly inbox: Pick<Inbox, 'receive'>
  readonly track: Pick<Track, 'newest'>
  readonly clock: Clock
  readonly timing: Pick<DiscordTiming, 'catchUpMs'>
  readonly log: ChannelLog
  /** A message is taken in. */
  readonly note: (message: unknown) => void
}

/** Conversations that are asked about at once. */
const AT_ONCE = 4

interface Count {
  /** Messages that are taken in. */
  taken: number
  /** Conversations that nobody could ask about. */
  left: number
}

/**
 * Takes in what was written in the known direct conversations while no session was open. A new session begins with what
 * comes from then on, and Discord gives nothing again by itself: who wrote for the first time meanwhile is not found.
 * Bounded in time; never rejects.
 */
export async function catchUp(components: CatchUpComponents): Promise<void> {
  const { track, timing, log, clock } = components
  const waiting = [...track.newest.entries()].reverse()
  const until = clock.now() + timing.catchUpMs
  const count: Count = { taken: 0, left: 0 }
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const found = clock.now() < until ? await missedIn(components, next) : undefined
      if (found === undefined) count.left += 1
      else count.taken += take(components, found)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  if (count.taken > 0) log('info', 'discord-caught-up', { messages: count.taken })
  if (count.left > 0) log('warn', 'discord-catch-up-incomplete', { conversations: count.left })
}

interface Missed {
  readonly id: string
  readonly message: Readonly<Record<string, unknown>>
}

/** What was written in a conversation after a message, oldest first; `undefined` where nobody can say now. */
async function missedIn(
  { api, track, clock }: CatchUpComponents,
  [channel, newest]: readonly [channel: string, newest: string],
): Promise<readonly Missed[] | undefined> {
  const answer = await api.after(channel, newest)
  if (!answer.ok) {
    const isGone = answer.failure.kind === 'answered'
    if (isGone) track.newest.forget(channel)
    return isGone ? [] : undefined
  }
  const from = clock.now() - MISSED_MS
  return answer.value
    .slice(0, MISSED_AT_MOST)
    .flatMap((message) => {
      const { id } = isRecord(message) ? (message as { readonly id?: unknown }) : {}
      return isRecord(message) && isSnowflake(id) && timeOf(id) > from ? [{ id, message }] : []
    })
    .sort((one, other) => older(one.id, other.id))
    .map(({ id, message }) => ({ id, message: { ...message, channel_id: channel } }))
}

/** How many of them are direct messages that nobody had. */
function take({ inbox, clock, note }: CatchUpComponents, found: readonly Missed[]): number {
  let count = 0
  for (const { id, message } of found) {
    // The API names no kind for each message; only direct conversations are known.
    const payload = { t: 'MESSAGE_CREATE', d: { ...message, channel_type: 1 } }
    const heldMs = Math.max(1, clock.now() - timeOf(id))
    const reception = inbox.receive({ payload, heldMs })
    if (reception === 'full') break
    if (reception === 'taken') count += 1
    note(message)
  }
  return count
}
