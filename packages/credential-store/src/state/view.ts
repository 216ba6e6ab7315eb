import type { Collection, LiveView, Seq } from '@openclaw/pairing-contracts'
import { type Cell, decodeCell } from './cell.ts'
import { checkCollection } from './names.ts'
import type { RecordSet, Records } from './records.ts'

/** What a view needs of its store. */
export interface ViewSource {
  /** Makes sure that nothing newer exists, and answers the state; throws when that cannot be vouched for. */
  readonly current: () => Records
  readonly seq: () => Seq
}

/** A view that decodes a record once and again only after it changed. */
export function liveView<T>(source: ViewSource, collection: Collection<T>): LiveView<T> {
  const { name } = collection
  checkCollection(name)
  const value = (cell: Cell): T => decodeCell(collection, cell)
  let last: { readonly records: Records; readonly set: RecordSet } | undefined
  const current = (): RecordSet => {
    const records = source.current()
    if (last?.records !== records) last = { records, set: records.of(name) }
    return last.set
  }
  const valueAt = (key: string): T | undefined => {
    const cell = current().cell(key)
    return cell && value(cell)
  }
  return {
    get: valueAt,
    has: (key) => valueAt(key) !== undefined,
    entries: (prefix) =>
      current()
        .cells(prefix)
        .map((cell) => ({ key: cell.key, value: value(cell) })),
    seq: () => {
      source.current()
      return source.seq()
    },
  }
}
