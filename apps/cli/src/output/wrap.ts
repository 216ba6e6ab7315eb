import { pieces, widthOf } from './width.ts'

/** Breaks `text` at spaces into lines of at most `columns`; a longer word stays whole, so that it can be copied. */
export function wrap(text: string, columns: number): string[] {
  return broken(text, columns, (line) => [line])
}

/** The same, with longer words broken as well: where the terminal would break them without an indent. */
export function wrapAll(text: string, columns: number): string[] {
  return broken(text, columns, (line) => pieces(line, columns))
}

function broken(text: string, columns: number, split: (line: string) => string[]): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    const parts = widthOf(word) > columns ? split(longer) : [longer]
    if (parts.length > 1) {
      lines.push(...parts.slice(0, -1))
      line = parts.at(-1) ?? ''
    } else if (line !== '' && widthOf(longer) > columns) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}
