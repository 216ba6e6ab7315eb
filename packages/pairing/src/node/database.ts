// A file of its own, so that a state directory is opened without what a database needs.
import type { PostgresStore } from '@openclaw/credential-store-postgres'
import { nodePostgresStore } from '@openclaw/credential-store-postgres/node'
import type { StoreConfig } from '@openclaw/pairing-config'

/** Opens the database that the configuration names. */
export function openDatabase({
  url,
  listenUrl,
  schema,
}: Extract<StoreConfig, { readonly kind: 'postgres' }>): Promise<PostgresStore> {
  return nodePostgresStore({ url, schema, ...(listenUrl !== undefined && { listenUrl }) })
}
