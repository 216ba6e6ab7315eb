import type { AbortSignalLike, ChannelLog, Json } from '@openclaw/pairing-contracts'
import { decodeEvent, isEventName } from '../decode-event.ts'
import type { EventName, Events } from '../events.ts'
import type { EventFrame } from '../frame.ts'
import { ClientOptionsInvalid } from './errors.ts'
import { eventQueue } from './event-queue.ts'
import { MAX_LISTENERS } from './limits.ts'
import { nameOf } from './safely.ts'

/** What an event carries: checked where the event is known here, as it came where it is not. */
export type EventPayload<E extends string> = E extends EventName ? Events[E] : Json | undefined

/** How embedders hear of events. */
export interface EventSource {
  /**
   * Calls `listener` with each event of a name, in order; what it throws is logged and changes nothing.
   *
   * @returns takes the listener away
   * @throws `ClientOptionsInvalid` beyond 256 listeners
   */
  readonly on: <E extends string>(
    event: E,
    listener: (payload: EventPayload<E>) => void,
  ) => () => void
  /**
   * Events of a name from now on, to be read with `for await`. 256 are kept for a slow reader; then it gets
   * `EventsMissed`. Ends when `signal` is aborted or the client is closed. Events are not told again after a connection
   * was lost: ask for the whole list each time the client is ready.
   */
  readonly events: <E extends string>(
    event: E,
    signal?: AbortSignalLike,
  ) => AsyncIterableIterator<EventPayload<E>>
}

/** Hands events on. */
export interface EventHub extends EventSource {
  readonly tell: (frame: EventFrame) => void
  /** Ends all readers. */
  readonly close: () => void
}

type Listener = (payload: never) => void

/** A hub without listeners. */
export function eventHub(log: ChannelLog): EventHub {
  const listeners = new Map<Listener, string>()
  const ends = new Set<() => void>()
  let open = true
  const on: EventSource['on'] = (event, given) => {
    if (listeners.size >= MAX_LISTENERS) {
      throw new ClientOptionsInvalid(`more than ${String(MAX_LISTENERS)} listeners of events`)
    }
    // Its own function each time: the same one may listen twice.
    const listener: Listener = (payload) => given(payload)
    listeners.set(listener, event)
    return () => {
      listeners.delete(listener)
    }
  }
  return {
    on,
    events: (event, signal) => {
      const queue = eventQueue<EventPayload<typeof event>>(event, () => {
        off()
        ends.delete(queue.end)
        signal?.removeEventListener('abort', queue.end)
      })
      const off = on(event, queue.push)
      ends.add(queue.end)
      signal?.addEventListener('abort', queue.end)
      if (!open || signal?.aborted === true) queue.end()
      return queue.read
    },
    tell: (frame) => {
      const concerned = [...listeners].filter(([, event]) => event === frame.event)
      if (concerned.length === 0) return
      const payload = payloadOf(frame, log)
      if (payload === unreadable) return
      for (const [listener] of concerned) {
        try {
          listener(payload as never)
        } catch (error) {
          log('error', 'client.listener.failed', { event: frame.event, error: nameOf(error) })
        }
      }
    },
    close: () => {
      open = false
      for (const end of [...ends]) end()
      listeners.clear()
    },
  }
}

const unreadable: unique symbol = Symbol('unreadable')

function payloadOf({ event, payload }: EventFrame, log: ChannelLog): unknown {
  if (!isEventName(event)) return payload
  const decoded = decodeEvent(event, payload)
  if (decoded.ok) return decoded.value
  log('warn', 'client.event.unreadable', { event, problem: decoded.refusal.message })
  return unreadable
}
