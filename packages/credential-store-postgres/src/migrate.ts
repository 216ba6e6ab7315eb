import type { RandomBytes } from '@openclaw/pairing-contracts'
import { escapeLiteral } from 'pg'
import type { Context } from './context.ts'
import { SchemaNewer, SchemaUnknown } from './errors.ts'
import { GRACE_MS, LOCK_WAIT_MS } from './limits.ts'
import type { Session } from './link.ts'
import type { SqlNames } from './names.ts'
import { MIGRATIONS, SCHEMA_VERSION } from './schema.ts'
import { drawUuid } from './uuid.ts'

/** First half of the key of the advisory lock under which a schema is made; the second is a hash of its name. */
const LOCK_SPACE = 0x0c1a_3001

/**
 * Brings the schema to {@link SCHEMA_VERSION}. Several that come at once wait for the first; all of it lands together.
 * A schema that is there already needs no right to change it.
 *
 * @throws `ERR_STORE_SCHEMA_NEWER`, `ERR_STORE_SCHEMA_UNKNOWN`, `ERR_STORE_RIGHTS`, `ERR_STORE_BUSY`
 */
export async function migrate(
  session: Session,
  { names, ports: { random } }: Context,
): Promise<void> {
  await assertEncoding(session, names)
  if ((await versionOf(session, names)) === SCHEMA_VERSION) return
  await session.script({
    text: `BEGIN ISOLATION LEVEL READ COMMITTED; ${lockText(names)}`,
    withinMs,
  })
  try {
    await upgrade(session, names, random)
    await session.script({ text: 'COMMIT' })
  } catch (error) {
    await session.script({ text: 'ROLLBACK' }).catch(() => session.cut())
    throw error
  }
}

const withinMs: number = LOCK_WAIT_MS + GRACE_MS

/** A lock of the transaction, not of the session: behind a pooler the session may be somebody else's next. */
function lockText({ schema }: SqlNames): string {
  return `SET LOCAL lock_timeout = ${String(LOCK_WAIT_MS)};
    SELECT pg_catalog.pg_advisory_xact_lock(${String(LOCK_SPACE)}, pg_catalog.hashtext('${schema}'))`
}

/** All of it in one round trip. */
async function upgrade(session: Session, names: SqlNames, random: RandomBytes): Promise<void> {
  const found = await versionOf(session, names)
  const begun = found === undefined ? await firstStatements(session, names) : []
  const steps = MIGRATIONS.slice(found ?? 0).flatMap(({ version, name, statements }) => [
    ...statements(names),
    `INSERT INTO ${names.migrations} (version, name) VALUES (${String(version)}, ${escapeLiteral(name)})`,
  ])
  const head = `INSERT INTO ${names.head} (store_id, version)
    VALUES ('${drawUuid(random)}', ${String(SCHEMA_VERSION)})
    ON CONFLICT (one) DO UPDATE SET version = EXCLUDED.version`
  await session.script({ text: [...begun, ...steps, head].join(';\n') })
}

/** CREATE SCHEMA asks for a right on the database even where the schema is there: so it is looked up first. */
async function firstStatements(session: Session, names: SqlNames): Promise<readonly string[]> {
  const text = 'SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1'
  const there = await session.rows({ text, values: [names.schema] })
  return [
    ...(there.length === 0 ? [`CREATE SCHEMA ${names.quoted}`] : []),
    `CREATE TABLE ${names.migrations} (
      version integer PRIMARY KEY,
      name text NOT NULL,
      applied timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
    )`,
  ]
}

/** The version of the schema; `undefined` where nothing of ours is there. */
export async function versionOf(session: Session, names: SqlNames): Promise<number | undefined> {
  if (!(await hasTables(session, names))) return undefined
  const text = `SELECT version, name FROM ${names.migrations} ORDER BY version`
  const applied = await session.rows({ text })
  const last = Number(applied.at(-1)?.[0] ?? 0)
  if (last > SCHEMA_VERSION) throw new SchemaNewer(names.schema, last, SCHEMA_VERSION)
  applied.forEach(([version, name], index) => {
    const known = MIGRATIONS[index]
    if (known !== undefined && known.version === version && known.name === name) return
    throw new SchemaUnknown(names.schema, `step ${String(version)} is not one that we made`)
  })
  if (last === 0) throw new SchemaUnknown(names.schema, 'its list of steps is empty')
  return last
}

/** True where our list of steps is; a schema with other tables of our names is somebody else's. */
async function hasTables(session: Session, { schema }: SqlNames): Promise<boolean> {
  const text = `SELECT c.relname FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relname = ANY ($2)`
  const ours = ['migrations', 'head', 'records', 'events', 'scopes', 'leases', 'marks'].concat(
    'replicas',
    'notes',
    'mail',
  )
  const found = (await session.rows({ text, values: [schema, ours] })).map(([name]) => name)
  if (found.length === 0) return false
  if (found.includes('migrations')) return true
  throw new SchemaUnknown(schema, `it has a table ${String(found[0])} and no list of steps`)
}

async function assertEncoding(session: Session, { schema }: SqlNames): Promise<void> {
  const [row] = await session.rows({
    text: "SELECT pg_catalog.current_setting('server_encoding')",
  })
  if (row?.[0] === 'UTF8') return
  throw new SchemaUnknown(schema, `the database is encoded in ${String(row?.[0])}, not in UTF8`)
}
