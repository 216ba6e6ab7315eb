import { STALE_LOOK_MS, TOLD_AT_ONCE, WAITING_ROUNDS } from './limits.ts'
import type { Cancel, Timers } from './ports.ts'

/** Something that is said to many, one after the other. */
export interface Round<T> {
  readonly hearers: readonly T[]
  readonly tell: (hearer: T) => void
  /** False while it has to wait, and all that comes after it; asked before each part. Without it, it never does. */
  readonly isReady?: () => boolean
}

/** Says things to many without keeping anybody else waiting: a part at a time, each thing to its end before the next. */
export interface Rounds<T> {
  readonly add: (round: Round<T>) => void
  /** Says the rest at once. */
  readonly finish: Cancel
}

/** Nothing is to be said yet. The first {@link TOLD_AT_ONCE} hear of it before `add` returns. */
export function rounds<T>(timers: Timers): Rounds<T> {
  const waiting: Round<T>[] = []
  let at = 0
  let cancel: Cancel | undefined
  let isTelling = false

  const isReady = (): boolean => waiting[0]?.isReady?.() ?? true
  const tellPart = (most: number): void => {
    for (let left = most; left > 0; ) {
      const [round] = waiting
      if (round === undefined || (most <= TOLD_AT_ONCE && !isReady())) return
      const end = Math.min(at + left, round.hearers.length)
      left -= end - at
      for (const hearer of round.hearers.slice(at, end)) round.tell(hearer)
      at = end
      if (at < round.hearers.length) return
      waiting.shift()
      at = 0
    }
  }
  /** Whoever is told may be at its end, and cause something more to be told: that waits. */
  const part = (most: number): void => {
    if (isTelling) return
    isTelling = true
    try {
      tellPart(most)
    } finally {
      isTelling = false
    }
  }
  const goOn = (): void => {
    cancel = undefined
    part(TOLD_AT_ONCE)
    if (waiting.length > 0) cancel = timers.after(isReady() ? 0 : STALE_LOOK_MS, goOn)
  }
  const finish = (): void => {
    cancel?.()
    cancel = undefined
    part(Number.POSITIVE_INFINITY)
  }
  return {
    add: (round) => {
      waiting.push(round)
      if (waiting.length > WAITING_ROUNDS) finish()
      else if (cancel === undefined && !isTelling) goOn()
    },
    finish,
  }
}
