import type {
  AbortSignalLike,
  AccountId,
  ChannelConnection,
  ChannelHost,
  ChannelStatus,
  Clock,
  OutboundText,
  SendOutcome,
} from '@openclaw/pairing-contracts'
import { isWebchatId, webchatDefinition } from './definition.ts'
import { WebchatNotRunning } from './errors.ts'
import type { Side } from './hand-over.ts'
import { HEARTBEAT_MS, MAX_REPLY } from './limits.ts'
import type { Refresher } from './refresher.ts'
import type { Visitors } from './visitors.ts'

/** What {@link connection} works with. */
export interface ConnectionComponents {
  readonly clock: Clock
  readonly visitors: Visitors
  readonly refresher: Refresher
  readonly account: AccountId
  /** Draws the key of a text that has none. */
  readonly drawKey: () => string
}

/** The connection, and the gateway's side of it while it runs. */
export interface RunningConnection {
  readonly connection: ChannelConnection
  readonly side: () => Side | undefined
  /** A message arrived. */
  readonly received: () => void
}

/** The web chat as a channel account: it is its own platform, so it is connected whenever it runs. */
export function connection(components: ConnectionComponents): RunningConnection {
  const { clock, visitors, refresher, account } = components
  let side: Side | undefined
  let status: ChannelStatus = { state: 'stopped', since: clock.now() }
  const enter = (state: ChannelStatus['state']): void => {
    status = { ...status, state, since: clock.now() }
  }
  const run = async (running: ChannelHost, signal: AbortSignalLike): Promise<void> => {
    if (signal.aborted) return
    const end = ending()
    side = { host: running, stopped: end.stopped }
    enter('connected')
    // The slow refresh behind the heartbeat also shows that a request or a grant ended by itself.
    const timer = setInterval(() => {
      visitors.beat()
      void refresher.all()
    }, HEARTBEAT_MS)
    timer.unref()
    await new Promise<void>((resolve) => signal.addEventListener('abort', resolve))
    clearInterval(timer)
    side = undefined
    end.now()
    enter('stopped')
    visitors.closeAll()
  }
  return {
    side: () => side,
    received: () => {
      status = { ...status, lastMessageAt: clock.now() }
    },
    connection: {
      channel: webchatDefinition.name,
      account,
      run,
      send: async (message) => send(components, message),
      status: () => status,
    },
  }
}

/** A promise that rejects when `now` is called, and alarms nobody when nobody waits for it. */
function ending(): { readonly stopped: Promise<never>; readonly now: () => void } {
  let now = (): void => {}
  const stopped = new Promise<never>((_, reject) => {
    now = () => reject(new WebchatNotRunning())
  })
  stopped.catch(() => {})
  return { stopped, now }
}

/** Cut to what is bearable, between two characters. */
const bearable = (text: string): string =>
  text.length > MAX_REPLY
    ? `${text.slice(0, MAX_REPLY - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
    : text

function send(
  { visitors, clock, drawKey, refresher }: ConnectionComponents,
  message: OutboundText,
): SendOutcome {
  const { to, text, copyable, preformatted, idempotencyKey } = message
  if (!isWebchatId(to)) return { outcome: 'refused', reason: 'not the id of a web chat visitor' }
  const key = idempotencyKey ?? drawKey()
  const at = clock.now()
  visitors.say(to, {
    from: 'bot',
    key,
    text: bearable(text),
    at,
    ...(copyable === undefined ? {} : { copyable }),
    ...(preformatted === undefined ? {} : { preformatted }),
  })
  void refresher.one(to)
  return { outcome: 'sent', messageId: key, sentAt: at }
}
