/**
 * The store behind pairing on PostgreSQL, shared by several gateways: rows as the truth, one SQL transaction per change.
 *
 * @packageDocumentation
 */
export {
  CollectionNotHeld,
  EventDamaged,
  LeaseOver,
  MarkOver,
  OutcomeUnknown,
  SchemaNewer,
  SchemaUnknown,
  StoreBusy,
  StoreChangedOutside,
  StoreReplaced,
  StoreStale,
  StoreStandby,
} from './errors.ts'
export type { PostgresHealth } from './health.ts'
export type { Lease, LeaseHolder, Leases, LeaseTiming, ListedLease } from './lease-types.ts'
export type { Mark, Marks, NamedMarks } from './mark-types.ts'
export type {
  KeepOptions,
  PostgresPorts,
  PostgresStoreOptions,
  PostgresTiming,
  ReplicaTiming,
} from './options.ts'
export { type PostgresStore, postgresStore } from './postgres-store.ts'
export {
  DatabaseMissing,
  StoreConflict,
  StoreConnections,
  StoreDiskFull,
  StoreLogin,
  StoreRights,
  StoreServerRefused,
  StoreTls,
  StoreUnreachable,
  StoreUrlRefused,
} from './server-errors.ts'
export type { PostgresFinding, PostgresReport } from './verify.ts'
