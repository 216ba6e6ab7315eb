import type { ReceivedEvent } from './people.ts'

/** One who listens to the stream. */
export interface Listener {
  /** `undefined`: every account. */
  readonly account: string | undefined
  readonly lastEventId: string | undefined
  readonly write: (text: string) => void
}

/** What was received, and who hears of it. */
export interface EventStream {
  readonly push: (event: ReceivedEvent) => void
  /** Adds a listener and gives it what waits; call the result when it is gone. */
  readonly listen: (listener: Listener) => () => void
  readonly waiting: () => number
  readonly listeners: () => number
  /** Says to every listener that the stream lives. */
  readonly keepAlive: () => void
  /** A new run of the daemon: ids begin anew, and nothing of the last run is repeated. */
  readonly restart: () => void
}

/** How events are kept. */
export interface EventStreamOptions {
  readonly now: () => number
  readonly keeps: boolean
  readonly numbered: boolean
}

/** The daemon keeps as many events to repeat. */
const KEPT = 1_000

interface Numbered {
  readonly sequence: number
  readonly event: ReceivedEvent
}

/** Nobody listens and nothing waits. */
export function eventStream({ now, keeps, numbered }: EventStreamOptions): EventStream {
  const listeners = new Set<Listener>()
  let waiting: ReceivedEvent[] = []
  let kept: Numbered[] = []
  let sequence = 0
  let run = 1

  const textOf = ({ sequence: number, event }: Numbered): string => {
    const id = numbered ? `id:${String(run)}-${String(number)}\n` : ''
    return `${id}event:receive\ndata:${JSON.stringify(event)}\n\n`
  }
  const give = (event: ReceivedEvent): void => {
    sequence += 1
    const entry = { sequence, event: delivered(event, now()) }
    if (numbered) kept = [...kept, entry].slice(-KEPT)
    for (const listener of listeners) if (isFor(listener, event)) listener.write(textOf(entry))
  }
  const repeat = (listener: Listener, after: string): void => {
    const [of, number] = after.split('-')
    const last = of === String(run) ? Number(number) : 0
    for (const entry of kept)
      if (entry.sequence > last && isFor(listener, entry.event)) listener.write(textOf(entry))
  }
  return {
    push: (event) => {
      const received = arrived(event, now())
      if (listeners.size > 0) give(received)
      else if (keeps) waiting.push(received)
    },
    listen: (listener) => {
      if (numbered && listener.lastEventId !== undefined) repeat(listener, listener.lastEventId)
      listeners.add(listener)
      const backlog = waiting
      waiting = []
      for (const event of backlog) give(event)
      return () => void listeners.delete(listener)
    },
    waiting: () => waiting.length,
    listeners: () => listeners.size,
    keepAlive: () => {
      for (const { write } of listeners) write(':\n')
    },
    restart: () => {
      listeners.clear()
      run += 1
      sequence = 0
      kept = []
    },
  }
}

const isFor = ({ account }: Listener, event: ReceivedEvent): boolean =>
  account === undefined || event['account'] === undefined || account === event['account']

/** Signal's server notes when it got a message, unless the event says. */
function arrived(event: ReceivedEvent, at: number): ReceivedEvent {
  return withTimes(event, { serverReceivedTimestamp: at })
}

function delivered(event: ReceivedEvent, at: number): ReceivedEvent {
  return withTimes(event, { serverDeliveredTimestamp: at })
}

function withTimes(event: ReceivedEvent, times: object): ReceivedEvent {
  const { envelope } = event as { readonly envelope?: unknown }
  if (typeof envelope !== 'object' || envelope === null || Array.isArray(envelope)) return event
  return { ...event, envelope: { ...times, ...envelope } }
}
