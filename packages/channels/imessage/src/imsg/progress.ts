import { isRecord, jsonOf } from '@openclaw/pairing-channel-kit'

/** How far Messages was read. */
export interface Mark {
  /** Rows up to this one are settled; -1: none is; 0: nobody knows, what comes next is the first. */
  readonly row: number
  /** The id of the newest message that came; 0: none. It may be older than `row`: previews have rows of their own. */
  readonly id: number
  /** What was sent before this is no business of ours, in ms since 1970. */
  readonly since: number
}

/** A mark as it is saved. */
export const encodeMark = (mark: Mark): string => JSON.stringify(mark)

/** Reads a saved mark; `undefined` for none. */
export function decodeMark(text: string | undefined): Mark | undefined {
  const saved = jsonOf(text ?? '')
  if (!isRecord(saved)) return undefined
  const { row, id, since } = saved as { readonly [Key in keyof Mark]?: unknown }
  return isWhole(row) && isWhole(id) && isWhole(since) ? { row, id, since } : undefined
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
  readonly begin: (row: number, id: number) => RowStep
  /** The newest row that came: a watch goes on after it. */
  readonly newestRow: () => number
  /** The id of the newest message that came; 0: none. */
  readonly newestId: () => number
  /** Goes on from another row. */
  readonly restart: (row: number) => void
}

interface Step {
  readonly row: number
  settled: boolean
}

/** Goes on from a mark; `onMove` is told each row up to which all is settled, and the newest id. */
export function progress(
  from: Pick<Mark, 'row' | 'id'>,
  onMove: (mark: Pick<Mark, 'row' | 'id'>) => void,
): Progress {
  let steps: Step[] = []
  let newest = from
  const settle = (step: Step): void => {
    step.settled = true
    const open = steps.findIndex(({ settled }) => !settled)
    const done = steps.splice(0, open < 0 ? steps.length : open)
    const row = done.at(-1)?.row
    if (row !== undefined) onMove({ row, id: newest.id })
  }
  return {
    begin: (row, id) => {
      const step = { row, settled: false }
      const before = newest
      steps.push(step)
      newest = { row, id }
      const drop = (): void => {
        steps = steps.filter((each) => each !== step)
        newest = before
      }
      return { settle: () => settle(step), drop }
    },
    newestRow: () => newest.row,
    newestId: () => newest.id,
    restart: (row) => {
      steps = []
      newest = { row, id: 0 }
      onMove(newest)
    },
  }
}
