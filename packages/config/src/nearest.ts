/**
 * The candidate that a person probably meant: the same but for case, or one or two letters away.
 *
 * @returns `undefined` when none is near; the first of several that are equally near
 */
export function nearest(typed: string, candidates: readonly string[]): string | undefined {
  if (typed.length > LONGEST) return undefined
  const ranked = candidates
    .filter((name) => Math.abs(name.length - typed.length) <= tolerance(name))
    .map((name) => ({ name, away: distance(typed.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, away }) => away <= tolerance(name))
  return ranked.sort((a, b) => a.away - b.away)[0]?.name
}

/** Names are short; a longer text is none of them. */
const LONGEST = 64

/** Short names look alike by chance: only case is forgiven there. */
function tolerance(name: string): number {
  if (name.length < 4) return 0
  return name.length < 6 ? 1 : 2
}

/** Letters to insert, drop or change; two that changed places count as one. */
function distance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + same,
          swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    before = row
    row = next
  }
  return row[b.length] ?? 0
}
