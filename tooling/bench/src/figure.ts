import type { Spread } from './stats.ts'

/** What a figure has to reach. */
export interface Target {
  readonly sense: 'at-most' | 'at-least'
  readonly value: number
}

/** One measured figure. */
export interface Figure {
  readonly name: string
  readonly unit: string
  /** Over several runs, of which each gives one value. */
  readonly measured: Spread
  readonly runs: number
  /** What the machine itself takes for the least that could do the job; same unit. */
  readonly floor?: { readonly name: string; readonly value: number }
  /** Absent where the figure only informs. */
  readonly target?: Target
}

/** A target is judged by the median of the runs. */
export function verdictOf({ measured, target }: Figure): 'met' | 'MISSED' | '-' {
  if (target === undefined) return '-'
  const { sense, value } = target
  const met = sense === 'at-most' ? measured.median <= value : measured.median >= value
  return met ? 'met' : 'MISSED'
}
