/** Where a long text is cut: as late as it goes, or at the ends of paragraphs and lines. */
export type CutMode = 'length' | 'newline'

/** How a text is cut into pieces. */
export interface Cut {
  /** The longest piece, in UTF-16 units. */
  readonly units: number
  /** The most lines of a piece; as many as there are unless given. */
  readonly lines?: number | undefined
  /**
   * `length`, which holds unless given: at the last line break or blank of a piece's second half, where there is one.
   * `newline`: at the last end of a paragraph, else of a line, wherever that is.
   */
  readonly mode?: CutMode | undefined
  /** Parts of the text that are not cut in two, such as a code; the first outranks those that overlap it. */
  readonly whole?: readonly (string | undefined)[]
  /** A part of `whole` may be so long and have any number of lines, in UTF-16 units; as long as a piece unless given. */
  readonly most?: number
}

/** A part of a text, and where it begins there; UTF-16 units. */
export interface Piece {
  readonly at: number
  readonly text: string
}

interface Span {
  readonly from: number
  readonly to: number
}

/**
 * Cuts a text into pieces: never inside a character, nor inside what is to stay whole. Nothing is changed, and nothing but
 * pieces of blanks alone is left out.
 */
export function pieces(text: string, cut: Cut): readonly Piece[] {
  const spans = spansOf(text, cut)
  const made: Piece[] = []
  for (let at = 0; at < text.length; ) {
    const end = endOf(text, at, { cut, spans })
    const piece = { at, text: text.slice(at, end) }
    if (piece.text.trim() !== '') made.push(piece)
    at = end
  }
  return made
}

/** The first piece, and blanks before it; the rest of the text is not looked at. */
export function firstPiece(text: string, cut: Cut): string {
  const lengths = (cut.whole ?? []).map((part) => part?.length ?? 0)
  const near = text.slice(0, cut.units + Math.max(0, ...lengths) + 1)
  return near.slice(0, endOf(near, 0, { cut, spans: spansOf(near, cut) }))
}

/** What an account says of long texts. */
export interface Chunks {
  /** The longest piece, in UTF-16 units; never longer than the platform takes, and that unless given. */
  readonly limit?: number
  readonly mode?: CutMode
  /** The most lines of a piece. */
  readonly lines?: number
}

/**
 * How an account's texts are cut where the platform takes so many UTF-16 units. What is to stay whole may be longer than the
 * account's own limit.
 */
export function cutFor(
  longest: number,
  { limit = longest, mode, lines }: Chunks,
  whole: Cut['whole'] = [],
): Cut {
  return { units: Math.min(limit, longest), most: longest, mode, lines, whole }
}

/** Shorter pieces may be more: as many as hold what `most` of the longest hold, 100 at most; UTF-16 units. */
export function mostPieces(most: number, longest: number, { limit = longest }: Chunks): number {
  return Math.max(most, Math.min(MOST_PIECES, Math.ceil((most * longest) / limit)))
}

/** A text in more pieces is no chat message. */
const MOST_PIECES = 100

/** Where what stays whole lies; no two overlap. */
function spansOf(text: string, { units, whole = [], most = units }: Cut): readonly Span[] {
  const spans: Span[] = []
  for (const part of whole) {
    if (part === undefined || part === '' || part.length > most) continue
    for (const span of placesOf(text, part))
      if (spans.every(({ from, to }) => span.to <= from || span.from >= to)) spans.push(span)
  }
  return spans
}

/** A text that says the same more often than this is cut anywhere. */
const MOST_PLACES = 100

function placesOf(text: string, part: string): readonly Span[] {
  const places: Span[] = []
  for (let from = text.indexOf(part); from >= 0 && places.length < MOST_PLACES; ) {
    const to = from + part.length
    places.push({ from, to })
    from = text.indexOf(part, to)
  }
  return places
}

interface Cutting {
  readonly cut: Cut
  readonly spans: readonly Span[]
}

function endOf(text: string, at: number, { cut, spans }: Cutting): number {
  const end = at + naturalLength(text.slice(at, at + cut.units + 1), cut)
  const cutInTwo = spans.find(({ from, to }) => from < end && end < to)
  if (cutInTwo === undefined) return end
  return cutInTwo.from > at ? cutInTwo.from : cutInTwo.to
}

function naturalLength(text: string, { units, lines, mode }: Cut): number {
  const most = Math.min(units, lengthOfLines(text, lines))
  if (text.length <= most) return text.length
  const head = text.slice(0, most)
  const found = mode === 'newline' ? atParagraph(head) : undefined
  return found ?? atBreak(head) ?? insideLine(text, most)
}

/** So many lines, and the line break after them. */
function lengthOfLines(text: string, lines = Number.POSITIVE_INFINITY): number {
  let at = 0
  for (let left = lines; left > 0; left -= 1) {
    const next = text.indexOf('\n', at)
    if (next < 0) return text.length
    at = next + 1
  }
  return at
}

const PARAGRAPH = /\n[ \t\r]*\n+/g

/** After the last paragraph, else the last line. */
function atParagraph(head: string): number | undefined {
  const last = [...head.matchAll(PARAGRAPH)].at(-1)
  const end = last === undefined ? head.lastIndexOf('\n') + 1 : last.index + last[0].length
  return end > 0 ? end : undefined
}

/** After the last line break of the second half, else the last blank there. */
function atBreak(head: string): number | undefined {
  const ends = ['\n', ' '].map((mark) => head.lastIndexOf(mark) + 1)
  return ends.find((end) => end > head.length / 2)
}

/** At the limit; before a character that does not fit, unless it is alone. */
function insideLine(text: string, most: number): number {
  const before = text.charCodeAt(most - 1)
  const after = text.charCodeAt(most)
  const isPair = before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff
  if (!isPair) return most
  return most > 1 ? most - 1 : 2
}
