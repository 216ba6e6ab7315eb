/**
 * What a store of another backend is built of: transactions that are planned before they are written, records in memory,
 * views of them, entries that are followed. Names and values are checked as every store checks them.
 *
 * @packageDocumentation
 */
export {
  HistoryGap,
  NameRefused,
  RecordDamaged,
  StoreClosed,
  TransactionOver,
  ValueRefused,
  WorkTimedOut,
} from './errors.ts'
export { RecordTooLarge, StoreOverloaded } from './journal/errors.ts'
export { type TimeLimit, timeLimit } from './journal/time-limit.ts'
export {
  HOLD_MS,
  MAX_APPEND_BYTES,
  MAX_BATCH,
  MAX_JSON_DEPTH,
  MAX_KEY_LENGTH,
  MAX_QUEUED,
  MAX_RECORD_BYTES,
  WORK_TIMEOUT_MS,
} from './limits.ts'
export { type Bell, bell } from './state/bell.ts'
export { type Cell, cellOf, decodeCell } from './state/cell.ts'
export type { CellPiece, CellWalk } from './state/cell-walk.ts'
export { type FeedSource, followEntries } from './state/feed.ts'
export { copyJson, freezeJson } from './state/json.ts'
export { checkCollection, checkKey, isWholeText } from './state/names.ts'
export { mergedKeys, type Overlay, overlay, type Readable } from './state/overlay.ts'
export { emptyRecords, type RecordSet, type Records, recordsFrom } from './state/records.ts'
export { runWork, type WorkLimit } from './state/run-work.ts'
export { type Before, type Plan, planTransaction, toEntry } from './state/transaction.ts'
export { liveView, type ViewSource } from './state/view.ts'
export { StoreMoved, StoreUnfinished } from './transfer/errors.ts'
export { decodeMark } from './transfer/mark-json.ts'
