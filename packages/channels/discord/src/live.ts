import {
  backoff,
  type Inbox,
  loadPosition,
  openInbox,
  originOf,
  orNothing,
  pause,
  type StatusBoard,
  seldom,
} from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, ChannelHost } from '@openclaw/pairing-contracts'
import type { DiscordApi } from './api.ts'
import { type Asking, answered } from './asking.ts'
import { classifyDiscord } from './classify.ts'
import { type Intake, intake } from './intake.ts'
import { kept } from './kept.ts'
import { type DiscordTiming, WINDOW } from './limits.ts'
import { type Recovery, recovery } from './recover.ts'
import { decodeTrack, encodeTrack, type Track } from './session.ts'
import { openSocket, type SocketEnd } from './socket.ts'
import { redactor } from './token.ts'
import type { DiscordOptions } from './types.ts'
import { wayIn } from './way-in.ts'

/** What the parts of one connection share. */
export interface Shared {
  readonly options: DiscordOptions
  readonly timing: DiscordTiming
  readonly board: StatusBoard
  /** `undefined` until it is known whose messages they are. */
  inbox: Inbox | undefined
  stop: AbortSignalLike | undefined
}

/** What one life of it works with. */
export interface LiveComponents {
  readonly api: DiscordApi
  readonly root: string
  readonly host: ChannelHost
  readonly signal: AbortSignalLike
}

/**
 * Receives until the signal aborts, over one socket after another.
 *
 * @throws what {@link Recovery} throws when this account can never work
 */
export async function live(shared: Shared, components: LiveComponents): Promise<void> {
  const { options, timing, board } = shared
  const { api, root, host, signal } = components
  const { cursor, account, clock, random } = options
  const redact = redactor(options.token)
  const waits = backoff(options, timing)
  const { log } = host
  const invalidMs = (): number => timing.invalidMs * (1 + ((random(1)[0] ?? 0) / 255) * 4)
  const origin = originOf(root)
  const mayRenew = seldom(clock, timing.healthyMs)
  const parts = { backoff: waits, board, log, redact, origin, invalidMs, mayRenew, signal }
  const recover = recovery(parts)
  const position = await loadPosition({ cursor, board, log, redact, waits, signal })
  if (position === undefined) return
  const asked: Asking = { recover, signal, timing }
  const userId = await answered(asked, api.self)
  if (userId === undefined) return
  log('info', 'discord-bot', { user: userId })
  const inbox = openInbox(
    { host, board, clock, cursor, redact, backoff: waits.after, signal },
    {
      owner: userId,
      classify: (payload) => classifyDiscord(payload, account, { userId }),
      keep: kept,
      limits: { window: WINDOW },
      ...timing,
    },
    position,
  )
  const track = decodeTrack(root, position.owner === userId ? position.mark : undefined)
  shared.inbox = inbox
  const listening = { shared, components, asked, inbox, track }
  try {
    await listen(listening)
  } finally {
    shared.inbox = undefined
    await inbox.finish()
  }
}

interface Listening {
  readonly shared: Shared
  readonly components: LiveComponents
  readonly asked: Asking
  readonly inbox: Inbox
  readonly track: Track
}

async function listen(listening: Listening): Promise<void> {
  const { shared, components, asked, inbox, track } = listening
  const { api, root, host, signal } = components
  const { options, timing } = shared
  const { recover } = asked
  const onMoved = (): void => inbox.mark(encodeTrack(root, track))
  const taking: Intake = intake({
    ...{ inbox, api, track, timing, clock: options.clock, log: host.log },
    ...{ onMoved, onReady: recover.connected, signal },
  })
  let isDetour = false
  while (!signal.aborted) {
    const way = await wayIn({ ...asked, api, log: host.log }, { session: track.session, isDetour })
    if (way === undefined) return
    const end = await openSocket({
      ...{ ...way, token: options.token, timing, signal },
      onDispatch: taking.lane(way.session, way.shards),
    })
    await orNothing(taking.idle(), timing.requestMs, signal)
    // Where a session is taken up may be gone; the door for everybody knows the session as well.
    isDetour = end.kind === 'failed'
    if (isLost(end) && track.session !== undefined) {
      track.session = undefined
      onMoved()
    }
    if (end.kind === 'held') await untilRoom(listening, end.reason)
    else await recover.ended(end)
  }
}

/** An invalid sequence, too late, or in another number of shards by now: there is nothing to take up. */
const LOST: ReadonlySet<number | undefined> = new Set([4007, 4009, 4010, 4011])

const isLost = (end: SocketEnd): boolean =>
  end.kind === 'invalid' || (end.kind === 'closed' && LOST.has(end.code))

/** How often it is looked whether there is room again, in ms. */
const LOOK_MS = 50

async function untilRoom(
  { asked, inbox, shared, components }: Listening,
  reason: string,
): Promise<void> {
  const { signal } = components
  await asked.recover.held(reason, shared.timing.backoffMs)
  while (inbox.open() > WINDOW / 2 && !signal.aborted) await pause(LOOK_MS, signal)
}
