import {
  type Collection,
  type Entry,
  isOpenClawError,
  type LiveView,
  type OpenClawError,
  type Piece,
  type Seq,
  type Walk,
} from '@openclaw/pairing-contracts'
import { type Cell, decodeCell, passCell } from './cell.ts'
import type { CellPiece, CellWalk } from './cell-walk.ts'
import { checkCollection } from './names.ts'
import type { RecordSet, Records } from './records.ts'

/** What a view needs of its store. */
export interface ViewSource {
  /** Makes sure that nothing newer exists, and answers the state; throws when that cannot be vouched for. */
  readonly current: () => Records
  /** The state as of the latest look. */
  readonly latest: () => Records
  readonly seq: () => Seq
}

/** A view that decodes a record once and again only after it changed. */
export function liveView<T>(source: ViewSource, collection: Collection<T>): LiveView<T> {
  const { name } = collection
  checkCollection(name)
  const value = (cell: Cell): T => decodeCell(collection, cell)
  let last: { readonly records: Records; readonly set: RecordSet } | undefined
  const setOf = (records: Records): RecordSet => {
    if (last?.records !== records) last = { records, set: records.of(name) }
    return last.set
  }
  const current = (): RecordSet => setOf(source.current())
  const valueIn = (set: RecordSet, key: string): T | undefined => {
    const cell = set.cell(key)
    return cell && value(cell)
  }
  return {
    get: (key) => valueIn(current(), key),
    has: (key) => valueIn(current(), key) !== undefined,
    peek: (key) => valueIn(setOf(source.latest()), key),
    entries: (prefix) =>
      current()
        .cells(prefix)
        .map((cell) => ({ key: cell.key, value: value(cell) })),
    branches: (prefix) => current().branches(prefix),
    walk: () => walkThrough(collection, current),
    seq: () => {
      source.current()
      return source.seq()
    },
  }
}

/** Begins anew when the store began with other records. */
function walkThrough<T>(collection: Collection<T>, current: () => RecordSet): Walk<T> {
  let last: { readonly set: RecordSet; readonly cells: CellWalk } | undefined
  return {
    next: (limit) => {
      const set = current()
      if (last?.set !== set) last = { set, cells: set.walk() }
      return decodePiece(collection, last.cells.next(Math.max(1, limit)))
    },
  }
}

function decodePiece<T>(collection: Collection<T>, { cells, more }: CellPiece): Piece<T> {
  const entries: Entry<T>[] = []
  const damaged: OpenClawError[] = []
  for (const cell of cells) {
    try {
      entries.push({ key: cell.key, value: passCell(collection, cell) })
    } catch (error) {
      if (!isOpenClawError(error)) throw error
      damaged.push(error)
    }
  }
  return { entries, damaged, more }
}
