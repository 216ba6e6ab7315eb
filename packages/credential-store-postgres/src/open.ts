import type { Bell } from '@openclaw/credential-store/kit'
import type { OpenClawError } from '@openclaw/pairing-contracts'
import type { CommitParts } from './commit.ts'
import type { Context } from './context.ts'
import { type DatabaseClock, databaseClock } from './database-clock.ts'
import { asStoreError, isPassing } from './failures.ts'
import { type Held, heldRecords } from './held.ts'
import { eventHistory, type History } from './history.ts'
import { type JobQueue, jobQueue } from './job-queue.ts'
import { type Keeper, keepFresh } from './keeper.ts'
import { leasesOn, type StoreLeases } from './leases.ts'
import { FIRST_PAUSE_MS, LONGEST_PAUSE_MS } from './limits.ts'
import { type Link, openLink, type Session } from './link.ts'
import { type Listener, listen } from './listener.ts'
import { type Loaded, loadRecords } from './load.ts'
import { marksOn, type StoreMarks } from './marks.ts'
import { migrate } from './migrate.ts'
import { replicasOn, type StoreReplicas } from './replicas/replicas.ts'
import { assertWritable } from './rights.ts'
import { type SideLink, sideLink } from './side-link.ts'
import { type Sweeper, sweepNowAndThen } from './sweep.ts'

/** What an open store is made of. */
export interface StoreParts {
  readonly held: Held
  readonly clock: DatabaseClock
  readonly keeper: Keeper
  readonly listener: Listener
  readonly queue: JobQueue
  readonly history: History
  readonly side: SideLink
  readonly leases: StoreLeases
  readonly replicas: StoreReplicas
  readonly marks: StoreMarks
  readonly serverVersion: string
  readonly refused: CommitParts['refused']
  readonly close: () => Promise<void>
}

/** What the store gives its parts. */
export interface StoreHooks {
  readonly assertOpen: () => void
  /** Rung when there is something new. */
  readonly news: Bell
}

/** Connects, makes the tables where there are none, and loads what is held. */
export async function openParts(context: Context, hooks: StoreHooks): Promise<StoreParts> {
  const reader = openLink(context.address)
  let parts: StoreParts | undefined
  try {
    const attempt = () => reader.run((session) => openOnce(session, context))
    const opened = await patiently(context, attempt)
    parts = assemble(context, hooks, { reader, opened })
    // loading may have lasted longer than its moment counts
    await patiently(context, parts.keeper.refresh)
    return parts
  } catch (error) {
    await (parts ?? reader).close()
    throw asStoreError(error, context.address.where)
  }
}

interface Opened {
  readonly loaded: Loaded
  readonly serverVersion: string
  readonly notifies: boolean
}

/** Tries again for a while where waiting may help; everything else is said at once. */
async function patiently<R>(
  { ports, openTimeoutMs, address }: Context,
  attempt: () => Promise<R>,
): Promise<R> {
  const until = ports.monotonic() + openTimeoutMs
  for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
    try {
      return await attempt()
    } catch (error) {
      const failure = asStoreError(error, address.where)
      if (!mayMend(failure) || ports.monotonic() + wait > until) throw failure
      await ports.sleep(wait)
    }
  }
}

function mayMend(error: OpenClawError): boolean {
  return isPassing(error) || error.code === 'ERR_STORE_BUSY'
}

async function openOnce(session: Session, context: Context): Promise<Opened> {
  const text = `SELECT pg_catalog.current_setting('server_version'),
    pg_catalog.to_regproc('pg_catalog.pg_notify') IS NOT NULL`
  await migrate(session, context)
  const { address, names } = context
  if (context.writes) await assertWritable(session, { where: address.where, names })
  const [row] = await session.rows({ text })
  const loaded = await loadRecords(session, context)
  return { loaded, serverVersion: String(row?.[0]), notifies: row?.[1] === true }
}

function assemble(
  context: Context,
  hooks: StoreHooks,
  { reader, opened }: { readonly reader: Link; readonly opened: Opened },
): StoreParts {
  const { loaded, serverVersion, notifies } = opened
  const storeId = loaded.look.head.storeId
  const clock = databaseClock(context.ports.monotonic)
  clock.learn(loaded.look.time)
  const held = heldRecords(context, loaded, hooks)
  const keeper = keepFresh({ context, reader, held, clock })
  const writer = openLink(context.address)
  const side = sideLink(context.address)
  const catchUp = caughtUp(context, held, keeper)
  const refused = { last: undefined }
  const queue = jobQueue({ context, writer, held, storeId, notifies, refused, catchUp })
  // of our own commits views know already
  const told = (seq: number): void => {
    if (!(seq <= held.seq())) keeper.wake()
  }
  const replicas = replicasOn({ context, clock, notifies, isHearing: () => listener.isHearing() })
  const listener = listen({ context, reader, wake: keeper.wake, told, replicas })
  const sweeper = sweepNowAndThen({ context, side, storeId })
  const leaseLink = sideLink(context.address)
  const quick = sideLink(context.address)
  const leases = leasesOn({ context, link: leaseLink, quick })
  const marks = marksOn({ context, quick, side })
  const links = [reader, writer, side, leaseLink, quick]
  return {
    ...{
      held,
      clock,
      keeper,
      listener,
      queue,
      side,
      leases,
      marks,
      replicas,
      serverVersion,
      refused,
    },
    history: eventHistory(side, context),
    close: () => closeAll({ queue, listener, keeper, sweeper, leases, marks, replicas, links }),
  }
}

/** What others committed in between has to be read first; whoever cannot be caught up with in time makes views throw. */
function caughtUp({ timing }: Context, held: Held, keeper: Keeper): (seq: number) => Promise<void> {
  return async (seq) => {
    if (held.seq() >= seq) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timing.lookWithinMs)
    })
    await Promise.race([keeper.refresh().catch(() => undefined), late])
    clearTimeout(timer)
  }
}

interface Closing
  extends Pick<StoreParts, 'queue' | 'listener' | 'keeper' | 'leases' | 'marks' | 'replicas'> {
  readonly sweeper: Sweeper
  readonly links: readonly Pick<Link, 'close'>[]
}

async function closeAll({
  queue,
  leases,
  marks,
  replicas,
  links,
  ...others
}: Closing): Promise<void> {
  const { listener, keeper, sweeper } = others
  await Promise.all([queue.close(), leases.close(), marks.close(), replicas.close()])
  await Promise.all([listener.stop(), keeper.stop(), sweeper.stop()])
  await Promise.all(links.map((link) => link.close()))
}
