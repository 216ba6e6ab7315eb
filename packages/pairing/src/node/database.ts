// A file of its own, so that a state directory is opened without what a database needs.
import type { PostgresStore } from '@openclaw/credential-store-postgres'
import { nodePostgresStore } from '@openclaw/credential-store-postgres/node'
import type { StoreConfig } from '@openclaw/pairing-config'
import { COMMAND_WAIT_MS } from '../limits.ts'
import type { DatabaseUse } from '../open-types.ts'

/** How a database is opened. */
export interface DatabaseOptions extends Pick<DatabaseUse, 'by'> {
  /** Collections that views show. */
  readonly hold: 'all' | readonly string[]
}

/** It is gone before there is much to hear. */
const COMMAND = {
  openTimeoutMs: COMMAND_WAIT_MS,
  applicationName: 'openclaw command',
  listens: 'never',
} as const

/** Opens the database that the configuration names. */
export function openDatabase(
  { url, listenUrl, schema }: Extract<StoreConfig, { readonly kind: 'postgres' }>,
  { hold, by = 'service' }: DatabaseOptions,
): Promise<PostgresStore> {
  return nodePostgresStore({
    url,
    schema,
    hold,
    ...(by === 'command' ? COMMAND : { needs: 'writing' }),
    ...(listenUrl !== undefined && { listenUrl }),
  })
}
