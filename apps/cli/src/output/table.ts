import type { Style } from './style.ts'
import { cut, fill, widthOf } from './width.ts'
import { wrapAll } from './wrap.ts'

/** A column: what stands over it, and whether it may be cut where the terminal is narrow. */
export interface Column {
  readonly title: string
  readonly flexible?: true
  /** Columns of the terminal that stay of it, where it is cut. */
  readonly least?: number
  readonly paint?: (text: string) => string
}

/** Where a table is drawn. */
export interface TableFrame {
  readonly style: Style
  /** Columns of the terminal; `undefined`: as wide as it gets. */
  readonly width: number | undefined
  readonly indent: string
}

const GAP = 2
const NARROWEST = 12
/** Of a column that may be cut this much stays, or nobody could read it. */
const KEPT = 0.6

/** Rows under headings where they fit; each row as a small block where the terminal is too narrow. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  frame: TableFrame,
): string[] {
  const widths = fit(columns, rows, frame)
  return widths === undefined
    ? blocks(columns, rows, frame)
    : lines(columns, rows, { frame, widths })
}

function fit(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  frame: TableFrame,
): readonly number[] | undefined {
  const widths = columns.map(({ title }, index) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[index] ?? ''))),
  )
  if (frame.width === undefined) return widths
  const room = frame.width - frame.indent.length - GAP * (columns.length - 1)
  let excess = widths.reduce((sum, width) => sum + width, 0) - room
  for (const index of flexibleByWidth(columns, widths)) {
    const width = widths[index] ?? 0
    const least = Math.max(columns[index]?.least ?? NARROWEST, Math.ceil(width * KEPT))
    const taken = Math.min(Math.max(0, excess), Math.max(0, width - least))
    widths[index] = width - taken
    excess -= taken
  }
  return excess > 0 ? undefined : widths
}

function flexibleByWidth(columns: readonly Column[], widths: readonly number[]): number[] {
  return columns
    .flatMap(({ flexible }, index) => (flexible ? [index] : []))
    .sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))
}

function lines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { frame, widths }: { readonly frame: TableFrame; readonly widths: readonly number[] },
): string[] {
  const draw = (cells: readonly string[], paint: (column: Column, text: string) => string) =>
    frame.indent +
    cells
      .map((cell, index) => {
        const column = columns[index]
        const width = widths[index] ?? 0
        const padded = index === cells.length - 1 ? cut(cell, width) : fill(cut(cell, width), width)
        return column === undefined ? padded : paint(column, padded)
      })
      .join(' '.repeat(GAP))
      .trimEnd()
  const heads = columns.map(({ title }) => title)
  return [
    draw(heads, (_, text) => frame.style.dim(text)),
    ...rows.map((row) => draw(row, ({ paint }, text) => paint?.(text) ?? text)),
  ]
}

function blocks(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { style, width, indent }: TableFrame,
): string[] {
  const label = Math.max(...columns.map(({ title }) => widthOf(title)))
  const room = Math.max(NARROWEST, (width ?? 80) - indent.length - label - GAP)
  return rows.flatMap((row, index) => [
    ...(index === 0 ? [] : ['']),
    ...columns.flatMap(({ title, paint, flexible }, column) => {
      const cell = row[column] ?? ''
      if (cell === '') return []
      const shown = flexible ? [cut(cell, room)] : wrapAll(cell, room)
      return shown.map((text, line) => {
        const head = style.dim(fill(line === 0 ? title : '', label))
        return `${indent}${head}${' '.repeat(GAP)}${paint?.(text) ?? text}`
      })
    }),
  ])
}
