import { type Inbox, isRecord } from '@openclaw/pairing-channel-kit'
import type { ChannelLog, Clock } from '@openclaw/pairing-contracts'
import type { DiscordApi } from './api.ts'
import { type DiscordTiming, MISSED_MS, MISSED_TRIES, PAGE } from './limits.ts'
import type { Remembered } from './remembered.ts'
import type { Track } from './session.ts'
import { isSnowflake, older, timeOf } from './snowflake.ts'

/** What catching up works with. */
export interface CatchUpComponents {
  readonly api: Pick<DiscordApi, 'after'>
  readonly inbox: Pick<Inbox, 'receive'>
  readonly track: Track
  readonly clock: Clock
  readonly timing: Pick<DiscordTiming, 'catchUpMs'>
  readonly log: ChannelLog
  /** How often a conversation could not be asked about. */
  readonly tries: Remembered<number>
  /** A message is taken in. */
  readonly note: (message: unknown) => void
}

/** Conversations that are asked about at once. */
const AT_ONCE = 4
/** After so many failures nothing more is asked: the others will not do better. */
const FAILURES = 3

/**
 * Takes in what was written while no session was open, in the conversations that are behind. Discord gives nothing again
 * by itself: who wrote for the first time meanwhile is not found. What cannot be asked for now stays behind. Bounded in
 * time; never rejects.
 */
export async function catchUp(components: CatchUpComponents): Promise<void> {
  const { track, timing, log, clock } = components
  const waiting = [...track.behind.entries()]
  const until = clock.now() + timing.catchUpMs
  const count = { taken: 0, failed: 0 }
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [channel] = next
      const found = clock.now() < until ? await missedIn(components, next) : undefined
      if (found === undefined) {
        count.failed += 1
        putOff(components, next)
        if (count.failed >= FAILURES) waiting.length = 0
        continue
      }
      count.taken += take(components, channel, found)
      const last = track.behind.get(channel)
      if (last !== undefined && last === found.at(-1)?.id) waiting.push([channel, last])
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const left = track.behind.entries().length
  if (count.taken > 0) log('info', 'discord-caught-up', { messages: count.taken })
  if (left > 0) log('warn', 'discord-catch-up-incomplete', { conversations: left })
}

/** To be asked for after the others the next time; one that can never be asked for must not stay silent for ever. */
function putOff(
  { track: { behind }, tries, log }: CatchUpComponents,
  [channel, before]: readonly [channel: string, before: string],
): void {
  const count = (tries.get(channel) ?? 0) + 1
  tries.set(channel, count)
  behind.set(channel, before)
  if (count < MISSED_TRIES) return
  tries.forget(channel)
  behind.forget(channel)
  log('error', 'discord-catch-up-given-up', { conversation: channel, tries: count })
}

interface Missed {
  readonly id: string
  readonly message: Readonly<Record<string, unknown>>
}

/** The next of what was written in a conversation after a message, oldest first; `undefined` where nobody can say now. */
async function missedIn(
  { api, track, tries }: CatchUpComponents,
  [channel, before]: readonly [channel: string, before: string],
): Promise<readonly Missed[] | undefined> {
  const answer = await api.after(channel, before)
  if (answer.ok) tries.forget(channel)
  else {
    const isGone = answer.failure.kind === 'answered'
    if (isGone) track.newest.forget(channel)
    return isGone ? [] : undefined
  }
  return answer.value
    .slice(0, PAGE)
    .flatMap((message) => {
      const { id } = isRecord(message) ? (message as { readonly id?: unknown }) : {}
      const isNew = isRecord(message) && isSnowflake(id) && older(before, id) < 0
      return isNew ? [{ id, message: { ...message, channel_id: channel } }] : []
    })
    .sort((one, other) => older(one.id, other.id))
}

/** How many of them are direct messages that nobody had. */
function take(
  { inbox, clock, note, track: { behind } }: CatchUpComponents,
  channel: string,
  found: readonly Missed[],
): number {
  const from = clock.now() - MISSED_MS
  let count = 0
  for (const { id, message } of found.filter((each) => timeOf(each.id) > from)) {
    // The API names no kind for each message; only direct conversations are known.
    const payload = { t: 'MESSAGE_CREATE', d: { ...message, channel_type: 1 } }
    const heldMs = Math.max(1, clock.now() - timeOf(id))
    const reception = inbox.receive({ payload, heldMs })
    if (reception === 'full') return count
    if (reception === 'taken') count += 1
    note(message)
    behind.set(channel, id)
  }
  if (found.length < PAGE) behind.forget(channel)
  else behind.set(channel, found.at(-1)?.id ?? '')
  return count
}
