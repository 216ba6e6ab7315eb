import type { Session } from './link.ts'
import type { SqlNames } from './names.ts'
import { StoreRights } from './server-errors.ts'

/** Tables that a role has to write; what made the schema is only read. */
const TABLES = [
  ...(['events', 'head', 'leases', 'mail', 'marks'] as const),
  ...(['notes', 'records', 'replicas', 'scopes'] as const),
]

const VERBS = ['INSERT', 'UPDATE', 'DELETE'] as const

/** Tables of the store that its role may not write, sorted. None on a server that does not know how to say so. */
export async function notWritable(session: Session, names: SqlNames): Promise<readonly string[]> {
  const known = await session.rows({
    text: "SELECT 1 FROM pg_catalog.pg_proc WHERE proname = 'has_table_privilege' LIMIT 1",
  })
  if (known.length === 0) return []
  const columns = TABLES.map((table) =>
    VERBS.map((verb) => `pg_catalog.has_table_privilege('${names[table]}', '${verb}')`).join(
      ' AND ',
    ),
  )
  const [row = []] = await session.rows({ text: `SELECT ${columns.join(', ')}` })
  return TABLES.filter((_, index) => row[index] === false)
}

/** Throws `ERR_STORE_RIGHTS` for a role that may only read. */
export async function assertWritable(
  session: Session,
  { where, names }: { readonly where: string; readonly names: SqlNames },
): Promise<void> {
  if ((await notWritable(session, names)).length > 0) throw new StoreRights(where)
}
