/** Knows whether so many ms have passed; needs no clock. */
export interface TimeLimit {
  readonly isOver: () => boolean
  /** Lets go of the timer. */
  readonly stop: () => void
}

/** Begins now. */
export function timeLimit(ms: number): TimeLimit {
  let over = false
  const handle = setTimeout(() => {
    over = true
  }, ms)
  return { isOver: () => over, stop: () => clearTimeout(handle) }
}
