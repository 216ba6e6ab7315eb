import { bell } from '@openclaw/credential-store/kit'
import { FIRST_PAUSE_MS, LONGEST_PAUSE_MS } from '../limits.ts'

/** Does something whenever it is woken, and now and then anyway; never twice at once. */
export interface Runner {
  /** There is something to do. Once is enough, whoever runs now is followed by another run. */
  readonly wake: () => void
  /** Resolves when it does not run any more. */
  readonly stop: () => Promise<void>
}

/** What a runner does, and how long it rests in between, in ms. */
export interface Task {
  /** Where it fails it is tried again after a pause. */
  readonly run: () => Promise<void>
  readonly restMs: () => number
  /** The shortest time between two runs, in ms. */
  readonly gapMs: number
}

/** Begins at once. */
export function runAgain({ run, restMs, gapMs }: Task): Runner {
  const call = bell()
  const over = new AbortController()
  const state = { isWoken: false }
  const running = (async () => {
    let wait = FIRST_PAUSE_MS
    // whoever begins it may have more to prepare
    await Promise.resolve()
    while (!over.signal.aborted) {
      state.isWoken = false
      const done = await run().then(
        () => true,
        () => false,
      )
      wait = done ? FIRST_PAUSE_MS : Math.min(wait * 2, LONGEST_PAUSE_MS)
      // whatever wakes it, a server that fails is left alone for a moment
      await pause(done ? gapMs : wait, over.signal)
      if (done && !state.isWoken) await call.next(over.signal, restMs())
    }
  })()
  return {
    wake: () => {
      state.isWoken = true
      call.ring()
    },
    stop: () => {
      over.abort()
      return running
    },
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return bell().next(signal, ms)
}
