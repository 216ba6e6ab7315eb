import type { WebSocket } from 'ws'

/** Whether a connection is read from. */
export interface Reading {
  /** Until {@link resume}: it does not read what it is told. */
  readonly pause: () => void
  readonly resume: () => void
  /** It sends more than is good for others. */
  readonly restFor: (ms: number) => void
  /** Reads nothing more. */
  readonly stop: () => void
}

/** It is, until there is a reason against it, and again when there is none. */
export function reading(ws: WebSocket): Reading {
  const reasons = new Set<'slow' | 'much' | 'over'>()
  const add = (reason: 'slow' | 'much' | 'over'): void => {
    reasons.add(reason)
    ws.pause()
  }
  const drop = (reason: 'slow' | 'much'): void => {
    if (reasons.delete(reason) && reasons.size === 0) ws.resume()
  }
  return {
    pause: () => add('slow'),
    resume: () => drop('slow'),
    restFor: (ms) => {
      add('much')
      const timer = setTimeout(() => drop('much'), ms)
      timer.unref()
      ws.once('close', () => clearTimeout(timer))
    },
    stop: () => add('over'),
  }
}
