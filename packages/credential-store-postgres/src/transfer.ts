/**
 * Moving a store to PostgreSQL, and away from it; see `@openclaw/credential-store/transfer`.
 *
 * @packageDocumentation
 */
export { postgresTransfer } from './transfer/postgres-transfer.ts'
