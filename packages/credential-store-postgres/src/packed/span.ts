/** Bytes that lie in a larger buffer; where that is used again, they are good until its owner is asked for the next ones. */
export interface Span {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

/** All bytes of an array of their own. */
export function spanOf(bytes: Uint8Array): Span {
  return { bytes, start: 0, end: bytes.length }
}

/** Copies a span to where it fits: the short ones, and there are many, faster by hand. */
export function copyTo(to: Buffer, at: number, { bytes, start, end }: Span): void {
  if (end - start > FEW) {
    to.set(bytes.subarray(start, end), at)
    return
  }
  for (let from = start, into = at; from < end; from += 1, into += 1) {
    to[into] = bytes[from] as number
  }
}

const FEW = 64
