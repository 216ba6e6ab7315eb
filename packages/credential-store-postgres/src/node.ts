/**
 * The store on PostgreSQL with the ports of this machine: clocks, randomness and hashes of Node.
 *
 * @packageDocumentation
 */
import { hash, randomBytes } from 'node:crypto'
import type { EpochMs } from '@openclaw/pairing-contracts'
import type { PostgresPorts, PostgresStoreOptions } from './options.ts'
import { type PostgresStore, postgresStore } from './postgres-store.ts'

/**
 * Opens the store of a database.
 *
 * @throws see {@link postgresStore}
 */
export function nodePostgresStore(options: PostgresStoreOptions): Promise<PostgresStore> {
  return postgresStore(options, nodePostgresPorts())
}

/** The ports of {@link postgresStore} on this machine; replace one in a test. */
export function nodePostgresPorts(): PostgresPorts {
  return {
    clock: { now: () => Date.now() as EpochMs },
    monotonic,
    random: (length) => randomBytes(length),
    sha256: (text) => hash('sha256', text),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  }
}

/** Not `performance.now`: a store that is opened for one command would load all of `node:perf_hooks` for it. */
function monotonic(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1_000 + nanoseconds / 1_000_000
}
