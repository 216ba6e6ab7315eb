import { EventsMissed } from './errors.ts'
import { MAX_EVENTS_KEPT } from './limits.ts'

/** Events between a gateway that speaks and a reader that takes its time. */
export interface EventQueue<T> {
  readonly push: (event: T) => void
  /** No more will come; what is kept can still be read. */
  readonly end: () => void
  /** For one reader, that asks for one event at a time as `for await` does. */
  readonly read: AsyncIterableIterator<T>
}

/**
 * A queue of at most 256 events. Beyond them all are dropped and the reader gets {@link EventsMissed}: an event lost in
 * silence is worse than none.
 *
 * @param name - of the events, for the error
 * @param stopped - called once, when the reader stops or is stopped
 */
export function eventQueue<T>(name: string, stopped: () => void): EventQueue<T> {
  let kept: T[] = []
  let state: 'open' | 'ended' | 'missed' = 'open'
  let wake: () => void = () => {}
  const stop = (how: 'ended' | 'missed') => {
    if (state !== 'open') return
    state = how
    stopped()
    wake()
  }
  const next = async (): Promise<IteratorResult<T, undefined>> => {
    while (kept.length === 0 && state === 'open') {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    if (kept.length > 0) return { done: false, value: kept.shift() as T }
    if (state === 'missed') {
      state = 'ended'
      throw new EventsMissed(name)
    }
    return { done: true, value: undefined }
  }
  const read: AsyncIterableIterator<T> = {
    next,
    return: async () => {
      kept = []
      stop('ended')
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => read,
  }
  return {
    push: (event) => {
      if (state !== 'open') return
      if (kept.length < MAX_EVENTS_KEPT) kept.push(event)
      else {
        kept = []
        stop('missed')
      }
      wake()
    },
    end: () => stop('ended'),
    read,
  }
}
