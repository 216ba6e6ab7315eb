import type { FileStore } from '@openclaw/credential-store'
import { nodeFileStore } from '@openclaw/credential-store/node'
import type { PostgresStore } from '@openclaw/credential-store-postgres'
import { type Config, type ConfigProblem, requireValid } from '@openclaw/pairing-config'
import type { Clock, EpochMs, RecoverableFamily } from '@openclaw/pairing-contracts'
import type { DatabaseOptions } from './database.ts'

/** Where the state is kept, with what only that has: `verify`, findings, leases. */
export type Backend =
  | { readonly kind: 'files'; readonly store: FileStore }
  | { readonly kind: 'postgres'; readonly store: PostgresStore }

/** How a backend is opened. */
export interface BackendOptions {
  readonly mode: 'read' | 'write'
  readonly trustVerified: boolean
  /** Files of a directory; a database has none. */
  readonly families: () => Promise<readonly RecoverableFamily[]>
  readonly database: DatabaseOptions
}

const clock: Clock = { now: () => Date.now() as EpochMs }

/**
 * Opens what the configuration names. A database that is named and cannot be used is never replaced by files: their lists may
 * be old, and let in who was revoked.
 *
 * @throws `ERR_CONFIG_INVALID` where it cannot be used as it is named, and what each store says of itself
 */
export async function openBackend(config: Config, options: BackendOptions): Promise<Backend> {
  const { store } = config
  switch (store.kind) {
    case 'files':
      return { kind: 'files', store: await openFiles(config, options) }
    case 'postgres': {
      // what a list in files does not need costs it nothing
      const { openDatabase } = await import('./database.ts')
      return { kind: 'postgres', store: await openDatabase(store, options.database) }
    }
    case 'unusable':
      // others do not stand in the way here
      requireValid({ problems: config.problems.filter(isAboutStore) })
      throw new TypeError('the configuration has an error that it does not name')
  }
}

function isAboutStore({ path }: ConfigProblem): boolean {
  return /^(?:store(?:\.|$)|OPENCLAW_STORE_URL$)/.test(path)
}

/** What decides about time: the database's own clock, where replicas have clocks of their own. */
export function clockOf(backend: Backend): Clock {
  return backend.kind === 'postgres' ? backend.store.clock : clock
}

async function openFiles(
  { paths }: Config,
  { mode, trustVerified, families }: BackendOptions,
): Promise<FileStore> {
  return nodeFileStore({
    root: paths.stateDir,
    mode,
    trustVerified,
    clock,
    folders: { credentials: paths.credentialsDir },
    families: await families(),
  })
}
