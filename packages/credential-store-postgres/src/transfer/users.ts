import type { Session } from '../link.ts'
import type { SqlNames } from '../names.ts'

/** Names that are told of at most. */
const SHOWN = 5

/** Who uses the database now, in words: whoever has a lease by its clock. */
export async function usersOf(
  session: Session,
  { schema, leases }: SqlNames,
): Promise<readonly string[]> {
  if (!(await hasTable(session, schema, 'leases'))) return []
  const rows = await session.rows({
    text: `SELECT name FROM ${leases} WHERE until > pg_catalog.clock_timestamp()
      ORDER BY name LIMIT ${String(SHOWN)}`,
  })
  return rows.map(([name]) => `a gateway has the lease ${String(name)}`)
}

async function hasTable(session: Session, schema: string, table: string): Promise<boolean> {
  const text = 'SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = $1 AND tablename = $2'
  return (await session.rows({ text, values: [schema, table] })).length > 0
}
