import { pieces, widthOf } from './width.ts'

/** Breaks `text` at spaces into lines of at most `columns`; a longer word stays whole, so that it can be copied. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > columns) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}

/** The same, with longer words broken as well: where the terminal would break them without an indent. */
export function wrapAll(text: string, columns: number): string[] {
  return wrap(text, columns).flatMap((line) =>
    widthOf(line) > columns ? pieces(line, columns) : [line],
  )
}
