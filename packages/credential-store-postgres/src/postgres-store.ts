import {
  type Bell,
  bell,
  type FeedSource,
  followEntries,
  StoreClosed,
} from '@openclaw/credential-store/kit'
import type { Clock, CredentialStore, Replicas } from '@openclaw/pairing-contracts'
import { type Context, contextOf } from './context.ts'
import { healthOf, type PostgresHealth } from './health.ts'
import type { Leases } from './lease-types.ts'
import type { Marks } from './mark-types.ts'
import { openParts, type StoreParts } from './open.ts'
import type { PostgresPorts, PostgresStoreOptions } from './options.ts'
import { type PostgresReport, verifyEvents } from './verify.ts'

/** A store in a schema of a PostgreSQL database, which other processes may use at the same time. */
export interface PostgresStore extends CredentialStore {
  /**
   * The database's clock as it is known here: the latest moment that it may be there. What expires is judged by it, so that
   * replicas whose own clocks are wrong agree.
   */
  readonly clock: Clock
  /** How far {@link clock} may be from the database's, in ms. */
  readonly clockError: () => number
  /** Looks at the database now; resolves when views are as of this call or later. Rejects with why they cannot be. */
  readonly refresh: () => Promise<void>
  /** Rights that one process at a time has; given back when the store is closed. */
  readonly leases: Leases
  /** What was handled already, noted once for all replicas. */
  readonly marks: Marks
  /** The other processes that use this store; nothing begins before they are first asked for. */
  readonly replicas: Replicas
  readonly health: () => PostgresHealth
  /** Walks the kept journal and compares the rows with it, page by page; writes nothing. */
  readonly verify: () => Promise<PostgresReport>
}

/**
 * Opens the store, and makes its tables where there are none. Tries again for a while where waiting may help.
 *
 * @throws `ERR_STORE_URL`, `ERR_STORE_LOGIN`, `ERR_STORE_DATABASE_MISSING`, `ERR_STORE_RIGHTS`, `ERR_STORE_TLS`,
 *   `ERR_STORE_SCHEMA_NEWER`, `ERR_STORE_SCHEMA_UNKNOWN`, `ERR_STORE_STANDBY` at once; `ERR_STORE_UNREACHABLE`,
 *   `ERR_STORE_CONNECTIONS`, `ERR_STORE_BUSY` after `openTimeoutMs`
 */
export async function postgresStore(
  options: PostgresStoreOptions,
  ports: PostgresPorts,
): Promise<PostgresStore> {
  const context = contextOf(options, ports)
  const state: StoreState = { closing: undefined }
  const assertOpen = (): void => {
    if (state.closing) throw new StoreClosed()
  }
  const news = bell()
  const parts = await openParts(context, { assertOpen, news })
  return storeOf(context, parts, { assertOpen, news, state })
}

interface StoreState {
  closing: Promise<void> | undefined
}

function storeOf(
  context: Context,
  parts: StoreParts,
  {
    assertOpen,
    news,
    state,
  }: { readonly assertOpen: () => void; readonly news: Bell; readonly state: StoreState },
): PostgresStore {
  const { held, clock, history, queue } = parts
  return {
    clock,
    clockError: clock.errorMs,
    transact: async (intent, work) => {
      assertOpen()
      return queue.add(intent, work)
    },
    view: held.view,
    history: async (after, limit) => {
      assertOpen()
      return history.read(after, limit)
    },
    changes: (after, signal) => {
      assertOpen()
      return followEntries(feedOf(context, parts, { news, state }), after, signal)
    },
    refresh: async () => {
      assertOpen()
      return parts.keeper.refresh()
    },
    leases: leasesOf(parts, assertOpen),
    marks: parts.marks,
    replicas: parts.replicas,
    health: () => healthOf(parts),
    verify: async () => {
      assertOpen()
      return verifyEvents(parts.side, context)
    },
    close: () => {
      state.closing ??= parts.close()
      news.ring()
      return state.closing
    },
  }
}

function leasesOf({ leases }: StoreParts, assertOpen: () => void): Leases {
  return {
    take: async (name, signal) => {
      assertOpen()
      return leases.take(name, signal)
    },
    holderOf: async (name) => {
      assertOpen()
      return leases.holderOf(name)
    },
    list: async (prefix) => {
      assertOpen()
      return leases.list(prefix)
    },
  }
}

/** Asks the database only for what views show already: its place is known without a question. */
function feedOf(
  { timing }: Context,
  { held, history }: StoreParts,
  { news, state }: { readonly news: Bell; readonly state: StoreState },
): FeedSource {
  const isClosed = (): boolean => state.closing !== undefined
  return {
    isClosed,
    read: async (after, limit) => {
      if (isClosed() || after === held.seq()) return []
      try {
        return await history.readWhole(after, limit)
      } catch (error) {
        if (isClosed()) return []
        throw error
      }
    },
    wait: (signal) => news.next(signal, timing.pollMs),
  }
}
