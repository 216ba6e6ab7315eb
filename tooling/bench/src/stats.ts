/** What several measurements of one thing say together. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** The value below which the share `q` (0–1) of `values` lies; nearest rank. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))
  return sorted[at] ?? Number.NaN
}

/** Median and extremes of several runs. */
export function spreadOf(values: readonly number[]): Spread {
  return { median: quantile(values, 0.5), min: Math.min(...values), max: Math.max(...values) }
}
