// Each is made when it is needed: to parse such classes at the start would cost every command.
const WIDE = (): RegExp =>
  /[\u1100-\u115f\u231a\u231b\u2329\u232a\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{1fa70}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u
const ZERO = (): RegExp => /[\p{M}\p{Cf}]/u
const SGR = /\u001b\[\d+m/g
const JOINER = '\u200d'
const EMOJI_STYLE = '\ufe0f'

/** Plain text and the marks that we set ourselves (quotes, dash, ellipsis, dot): one column each. */
const SIMPLE = /^[ -~\u201c\u201d\u2013\u2026\u00b7]*$/

/** The columns that `text` takes on a terminal; our own colour sequences take none. */
export function widthOf(text: string): number {
  const shown = text.includes('\u001b') ? text.replace(SGR, '') : text
  if (SIMPLE.test(shown)) return shown.length
  let width = 0
  for (const cell of cells(shown)) width += cell.width
  return width
}

/** `text` in at most `columns`, with an ellipsis where something is missing. Not for coloured text. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  let kept = ''
  let left = columns - 1
  for (const cell of cells(text)) {
    if (cell.width > left) break
    kept += cell.text
    left -= cell.width
  }
  return `${kept.trimEnd()}…`
}

/** `text`, filled up with spaces to `columns`. */
export function fill(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)))
}

/** `text` in pieces of at most `columns`, none for an empty one. */
export function pieces(text: string, columns: number): string[] {
  const found: string[] = []
  let piece = ''
  let width = 0
  for (const cell of cells(text)) {
    if (piece !== '' && width + cell.width > columns) {
      found.push(piece)
      piece = ''
      width = 0
    }
    piece += cell.text
    width += cell.width
  }
  return piece === '' ? found : [...found, piece]
}

interface Cell {
  readonly text: string
  readonly width: number
}

/** What a terminal draws as one: a character with its marks, or emoji that are joined. */
function cells(text: string): Cell[] {
  const found: { text: string; width: number }[] = []
  let joined = false
  for (const character of text) {
    const last = found.at(-1)
    if (last !== undefined && (joined || ZERO().test(character))) {
      last.text += character
      if (character === EMOJI_STYLE) last.width = 2
    } else {
      found.push({
        text: character,
        width: ZERO().test(character) ? 0 : WIDE().test(character) ? 2 : 1,
      })
    }
    joined = character === JOINER
  }
  return found
}
