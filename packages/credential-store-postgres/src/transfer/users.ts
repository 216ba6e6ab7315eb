import type { Session } from '../link.ts'
import type { SqlNames } from '../names.ts'

/** Names that are told of at most. */
const SHOWN = 5

/** Who uses the database now, in words: gateways that live, and whoever has a lease, by its clock. */
export async function usersOf(
  session: Session,
  { schema, leases, replicas }: SqlNames,
): Promise<readonly string[]> {
  const found: string[] = []
  if (await hasTable(session, schema, 'replicas')) {
    const text = `SELECT pg_catalog.count(*) FROM ${replicas} WHERE until > pg_catalog.clock_timestamp()`
    const count = Number((await session.rows({ text }))[0]?.[0])
    if (count > 0)
      found.push(count === 1 ? 'a gateway runs on it' : `${String(count)} gateways run on it`)
  }
  if (await hasTable(session, schema, 'leases')) {
    const text = `SELECT name FROM ${leases} WHERE until > pg_catalog.clock_timestamp()
      ORDER BY name LIMIT ${String(SHOWN)}`
    const rows = await session.rows({ text })
    found.push(...rows.map(([name]) => `the lease ${String(name)} is held`))
  }
  return found
}

async function hasTable(session: Session, schema: string, table: string): Promise<boolean> {
  const text = 'SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = $1 AND tablename = $2'
  return (await session.rows({ text, values: [schema, table] })).length > 0
}
