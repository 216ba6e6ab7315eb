import { type Figure, verdictOf } from './figure.ts'
import type { Machine } from './machine.ts'

const number = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })
const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

/** Three digits that mean something; thousands grouped. */
export function short(value: number): string {
  return Math.abs(value) >= 1000 ? grouped.format(value) : number.format(value)
}

function row(figure: Figure): readonly string[] {
  const { name, unit, measured, floor, target } = figure
  const reach =
    target === undefined ? '' : `${target.sense === 'at-most' ? '<=' : '>='} ${short(target.value)}`
  return [
    name,
    short(measured.median),
    unit,
    `${short(measured.min)} – ${short(measured.max)}`,
    floor === undefined ? '' : `${short(floor.value)} (${floor.name})`,
    reach,
    verdictOf(figure),
    ratioOf(figure),
  ]
}

/** The median beside the floor; beside what is to be reached where there is no floor. */
function ratioOf({ measured, floor, target }: Figure): string {
  const beside = floor?.value || target?.value
  return beside ? `${short(measured.median / beside)} ×` : ''
}

/** A Markdown table that also reads well in a terminal. */
export function tableOf(figures: readonly Figure[], machine: Machine): string {
  const head = ['figure', 'median', 'unit', 'spread', 'floor', 'reach', 'verdict', 'ratio']
  const rows = figures.map(row)
  const widths = head.map((name, at) =>
    Math.max(name.length, ...rows.map((each) => each[at]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`
  const rule = line(widths.map((width) => '-'.repeat(width)))
  return [machineLine(machine), '', line(head), rule, ...rows.map(line)].join('\n')
}

function machineLine({ cpu, cores, memoryGb, node, platform, fileSystem }: Machine): string {
  return `${cpu}, ${String(cores)} cores, ${String(memoryGb)} GB, ${platform}, ${fileSystem}, Node ${node}`
}
