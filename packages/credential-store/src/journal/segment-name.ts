/** `00000001.jsonl`. */
export function segmentName(segment: number): string {
  return `${String(segment).padStart(8, '0')}.jsonl`
}

/** `undefined` for every other file. */
function segmentOf(name: string): number | undefined {
  return /^\d{8}\.jsonl$/.test(name) ? Number(name.slice(0, 8)) : undefined
}

/** The segments in a listing, in order. */
export function segmentsIn(names: readonly string[]): readonly number[] {
  return names.flatMap((name) => segmentOf(name) ?? []).sort((a, b) => a - b)
}

/** The first number that is missing between the first and the last; `undefined` when there is none. */
export function missingIn(segments: readonly number[]): number | undefined {
  const at = segments.findIndex(
    (segment, index) => index > 0 && segment !== (segments[index - 1] ?? 0) + 1,
  )
  return at === -1 ? undefined : (segments[at - 1] ?? 0) + 1
}
