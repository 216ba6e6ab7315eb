/** A part of a text, and where it begins there; UTF-16 units. */
export interface Piece {
  readonly at: number
  readonly text: string
}

/** Cuts a text into pieces of at most `units` UTF-16 units, at line breaks where it can, never inside a character. */
export function pieces(text: string, units: number): readonly Piece[] {
  const cut: Piece[] = []
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at)
    const head = rest.slice(0, cutAt(rest, units))
    cut.push({ at, text: head })
    at += head.length
  }
  return cut
}

/** Where to cut: after the last line break of the second half, else at the limit. */
function cutAt(text: string, units: number): number {
  if (text.length <= units) return text.length
  const line = text.lastIndexOf('\n', units - 1) + 1
  if (line > units / 2) return line
  const before = text.charCodeAt(units - 1)
  const isHighSurrogate = before >= 0xd800 && before <= 0xdbff
  return isHighSurrogate ? units - 1 : units
}
