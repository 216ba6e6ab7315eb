import type {
  AbortSignalLike,
  ChannelHost,
  ChannelLog,
  Clock,
  InboundDm,
} from '@openclaw/pairing-contracts'
import { HANDLE_TRIES, HANDLERS, HOLD_MS } from './limits.ts'
import { bell, pause } from './wait.ts'
import { reasonOf } from './words.ts'

/** What became of one message: `open` when the stop came first, so that it will be offered again. */
export type Handled = 'handled' | 'lost' | 'open'

/** What {@link handling} works with. */
export interface HandlingComponents {
  readonly host: Pick<ChannelHost, 'onMessage'>
  readonly log: ChannelLog
  readonly clock: Clock
  readonly redact: (text: string) => string
  /** How long to wait before the n-th next try, in ms. */
  readonly backoff: (failures: number) => number
  readonly signal: AbortSignalLike
}

/** Leads messages to the host: one after another in a chat, some at once across chats. */
export interface Handling {
  /** Never rejects. `began` is told when the host gets the message. */
  readonly handle: (inbound: InboundDm, began: () => void) => Promise<Handled>
  /** Resolves when nothing is under way, at the latest after `ms`; sooner when `stop` aborts. */
  readonly idle: (ms: number, stop?: AbortSignalLike) => Promise<void>
}

interface Attempt {
  readonly inbound: InboundDm
  readonly began: () => void
}

/** Nothing under way. */
export function handling(components: HandlingComponents): Handling {
  const chats = new Map<string, Promise<unknown>>()
  const quiet = bell()
  const slots = slotsOf(HANDLERS)
  const count = { handled: 0 }
  const run = (attempt: Attempt): Promise<Handled> =>
    untilHandled({ ...components, slots, count }, attempt)
  return {
    handle: (inbound, began) => {
      const before = chats.get(inbound.replyTo) ?? Promise.resolve()
      const result = before.then(() => run({ inbound, began }))
      chats.set(inbound.replyTo, result)
      return result.finally(() => {
        if (chats.get(inbound.replyTo) === result) chats.delete(inbound.replyTo)
        if (chats.size === 0) quiet.ring()
      })
    },
    idle: async (ms, stop) => {
      if (chats.size > 0) await quiet.wait(ms, stop)
      // Whoever waited for what was handled has noted it after a turn.
      await pause(0, undefined)
    },
  }
}

interface Trying extends HandlingComponents {
  readonly slots: Slots
  /** How many messages the host has handled. */
  readonly count: { handled: number }
}

async function untilHandled(trying: Trying, attempt: Attempt): Promise<Handled> {
  const { clock, log, signal, redact, backoff, count } = trying
  const fields = { message: attempt.inbound.messageKey, sender: attempt.inbound.senderId }
  const begin = { at: clock.now(), handled: count.handled }
  for (let failures = 1; !signal.aborted; failures += 1) {
    const error = await offer(trying, attempt)
    if (error === undefined) return 'handled'
    if (signal.aborted) return 'open'
    const reason = redact(reasonOf(error))
    if (isLost(trying, failures, begin)) {
      log('error', 'message-lost', { ...fields, tries: failures, reason })
      return 'lost'
    }
    const waitMs = backoff(failures)
    log('warn', 'message-not-handled', { ...fields, tries: failures, reason, nextTryMs: waitMs })
    await pause(waitMs, signal)
  }
  return 'open'
}

/** One offer; the error when it was not handled. */
async function offer(
  { host, slots, count, signal }: Trying,
  { inbound, began }: Attempt,
): Promise<{ readonly message: string } | undefined> {
  const release = await slots.take()
  try {
    if (signal.aborted) return { message: 'stopped' }
    began()
    await host.onMessage(inbound)
    count.handled += 1
    return undefined
  } catch (error) {
    return error instanceof Error ? error : { message: String(error) }
  } finally {
    release()
  }
}

/** While nothing at all is handled, the fault is not this message's: it waits, as it would at the platform. */
function isLost(
  { clock, count }: Trying,
  failures: number,
  begin: { readonly at: number; readonly handled: number },
): boolean {
  if (count.handled > begin.handled) return failures >= HANDLE_TRIES
  return clock.now() - begin.at > HOLD_MS
}

interface Slots {
  /** Waits for a free place; call what it resolves with to free it. */
  readonly take: () => Promise<() => void>
}

function slotsOf(count: number): Slots {
  let free = count
  const waiting: (() => void)[] = []
  const release = (): void => {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }
  return {
    take: async () => {
      if (free > 0) free -= 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
      return release
    },
  }
}
