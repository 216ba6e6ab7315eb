/**
 * The store behind pairing: an append-only journal as the truth, the well-known JSON files as views of it.
 *
 * @packageDocumentation
 */
export type { MovedFile } from './documents/compare-moved.ts'
export { FolderMoved, TakeOverStopped } from './documents/errors.ts'
export { type InspectOptions, type InspectPorts, inspectDocuments } from './documents/inspect.ts'
export type {
  DocumentFinding,
  DocumentFindingCode,
  DocumentVerdict,
} from './documents/types.ts'
export {
  HistoryGap,
  NameRefused,
  RecordDamaged,
  StoreClosed,
  TransactionOver,
  ValueRefused,
  WorkTimedOut,
} from './errors.ts'
export { type FileStore, fileStore, type StoreHealth } from './file-store.ts'
export {
  JournalDamaged,
  JournalMissing,
  JournalReplaced,
  JournalUnreadable,
  LinkRefused,
  OwnerRefused,
  RecordTooLarge,
  StoreBusy,
  StoreOverloaded,
  StoreReadOnly,
  StoreSyncFailed,
  StoreWriteFailed,
} from './journal/errors.ts'
export type { FileStat, OpenMode, StoreFiles } from './journal/files.ts'
export type { JournalFinding } from './journal/findings.ts'
export type { Habitat, Holder, LockProcess } from './journal/holder.ts'
export type { HeldLock, LockPlace } from './journal/lock.ts'
export type { LostRange, UnreadableLine } from './journal/salvage.ts'
export type { JournalReport, VerifyFinding } from './journal/verify.ts'
export { type MemoryStoreOptions, memoryStore } from './memory-store.ts'
export { type MoveOptions, type MovePlan, moveFolders, planMove } from './move-folders.ts'
export { planRepair, type RepairOptions, type RepairPlan, repairJournal } from './repair.ts'
export type { FileStoreOptions, StorePorts, StoreProcess } from './store-ports.ts'
export type { StoreReport } from './verify-store.ts'
