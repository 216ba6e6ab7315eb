import { isRecord, jsonOf } from '@openclaw/pairing-channel-kit'

/** How far Messages was read. */
export interface Mark {
  /** Rows up to this one are settled; -1: none is; 0: nobody knows, what comes next is the first. */
  readonly row: number
  /** What was sent before this is no business of ours, in ms since 1970. */
  readonly since: number
}

/** A mark as it is saved. */
export const encodeMark = (mark: Mark): string => JSON.stringify(mark)

/** Reads a saved mark; `undefined` for none. */
export function decodeMark(text: string | undefined): Mark | undefined {
  const saved = jsonOf(text ?? '')
  if (!isRecord(saved)) return undefined
  const { row, since } = saved as { readonly row?: unknown; readonly since?: unknown }
  return isWhole(row) && isWhole(since) ? { row, since } : undefined
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value)

/** One row on its way. */
export interface RowStep {
  readonly settle: () => void
  /** There is no room: it is to come again. */
  readonly drop: () => void
}

/** Rows in the order in which they came: the mark moves over those that are settled. */
export interface Progress {
  readonly begin: (row: number) => RowStep
  /** The newest row that came: a watch goes on after it. */
  readonly newestRow: () => number
  /** Goes on from another row. */
  readonly restart: (row: number) => void
}

interface Step {
  readonly row: number
  settled: boolean
}

/** Goes on from a row; `onMove` is told each row up to which all is settled. */
export function progress(from: number, onMove: (row: number) => void): Progress {
  let steps: Step[] = []
  let newestRow = from
  const settle = (step: Step): void => {
    step.settled = true
    const open = steps.findIndex(({ settled }) => !settled)
    const done = steps.splice(0, open < 0 ? steps.length : open)
    const row = done.at(-1)?.row
    if (row !== undefined) onMove(row)
  }
  return {
    begin: (row) => {
      const step = { row, settled: false }
      const before = newestRow
      steps.push(step)
      newestRow = row
      const drop = (): void => {
        steps = steps.filter((each) => each !== step)
        newestRow = before
      }
      return { settle: () => settle(step), drop }
    },
    newestRow: () => newestRow,
    restart: (row) => {
      steps = []
      newestRow = row
      onMove(row)
    },
  }
}
