import type { ReplicaId } from '@openclaw/pairing-contracts'
import type { Context } from './context.ts'
import { rangeOf } from './keys.ts'
import type { LeaseHolder, ListedLease } from './lease-types.ts'
import { LISTED_LEASES } from './limits.ts'
import type { Link } from './link.ts'
import { checkName } from './names.ts'

interface HolderParts {
  readonly context: Context
  readonly quick: Pick<Link, 'run'>
}

/** Who has the lease now, by the database's clock. */
export async function holderOf(
  { context, quick }: HolderParts,
  name: string,
): Promise<LeaseHolder | undefined> {
  checkName(name, 'lease')
  const text = `SELECT holder, epoch FROM ${context.names.leases}
    WHERE name = $1 AND until > pg_catalog.clock_timestamp()`
  const [row] = await quick.run((session) => session.rows({ text, values: [name] }))
  if (row === undefined) return undefined
  return { replica: row[0] as ReplicaId, epoch: Number(row[1]) }
}

/** The leases whose name begins so, by name, at most {@link LISTED_LEASES}. */
export async function listLeases(
  { context, quick }: HolderParts,
  prefix: string,
): Promise<readonly ListedLease[]> {
  const range = rangeOf(prefix)
  if (range === undefined) return []
  const upper = range.to === undefined ? [] : [range.to]
  const text = `SELECT name, holder, epoch, until > pg_catalog.clock_timestamp()
    FROM ${context.names.leases} WHERE name >= $1 ${upper.length === 0 ? '' : 'AND name < $2'}
    ORDER BY name LIMIT ${String(LISTED_LEASES)}`
  const rows = await quick.run((session) => session.rows({ text, values: [range.from, ...upper] }))
  return rows
    .map(([name, replica, epoch, isLive]) => ({
      name: String(name),
      replica: replica as ReplicaId,
      epoch: Number(epoch),
      isLive: isLive === true,
    }))
    .filter(({ name }) => name.startsWith(prefix))
}
