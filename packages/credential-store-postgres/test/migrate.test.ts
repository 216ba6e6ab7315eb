import { expect, it } from 'vitest'
import { nodePostgresStore } from '../src/node.ts'
import { MIGRATIONS } from '../src/schema.ts'
import {
  drawName,
  increment,
  numbers,
  onSchema,
  put,
  testSchema,
  until,
  withClient,
} from './support-store.ts'

it(
  'is made by one when several replicas open an empty database at the same moment',
  onSchema(async ({ open, sql }) => {
    const stores = await Promise.all(Array.from({ length: 6 }, () => open()))
    await Promise.all(stores.map((store) => increment(store, 'n')))
    expect(await sql('SELECT version FROM $s.migrations')).toEqual(
      [...MIGRATIONS].map(({ version }) => ({ version })),
    )
    expect(await sql('SELECT seq FROM $s.head')).toEqual([{ seq: '6' }])
  }),
)

it(
  'waits a bounded time for whoever makes the tables',
  onSchema(async ({ url, schema, open }) => {
    const waiting = withClient(url, async (client) => {
      await client.query('BEGIN')
      await client.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [0x0c1a3001, schema])
      const opened = open()
      await new Promise((resolve) => setTimeout(resolve, 200))
      await client.query('ROLLBACK')
      return opened
    })
    const store = await waiting
    await put(store, 'a', 1)
  }),
)

it(
  'refuses a schema that a newer version made, and writes nothing to one that becomes newer',
  onSchema(async ({ open, sql }) => {
    const newer = { code: 'ERR_STORE_SCHEMA_NEWER' }
    const store = await open()
    await put(store, 'a', 1)
    await sql("INSERT INTO $s.migrations (version, name) VALUES (99, 'of the future')")
    await sql('UPDATE $s.head SET version = 99')
    await expect(open()).rejects.toMatchObject(newer)
    await expect(put(store, 'a', 2)).rejects.toMatchObject(newer)
    await expect(store.refresh()).rejects.toMatchObject(newer)
    expect(() => store.view(numbers).get('a')).toThrow(expect.objectContaining(newer))
    expect(await sql('SELECT value FROM $s.records')).toEqual([{ value: '1' }])
  }),
)

it(
  'is brought forward from its first step, and what was kept stays',
  onSchema(async ({ open, sql }) => {
    const before = await open()
    await put(before, 'a', 1)
    await before.close()
    await sql('DROP TABLE $s.leases, $s.marks, $s.replicas, $s.notes, $s.mail')
    await sql('ALTER TABLE $s.head DROP COLUMN moved')
    await sql('DELETE FROM $s.migrations WHERE version > 1')
    await sql('UPDATE $s.head SET version = 1')
    const [one, other] = await Promise.all([open(), open()])
    expect(one.view(numbers).get('a')).toBe(1)
    await put(other, 'a', 2)
    const lease = await one.leases.take('bot', new AbortController().signal)
    expect(lease?.epoch).toBe(1)
    expect(await one.marks.of('bot').begin('1', 'begun')).toBeUndefined()
  }),
)

it.each([
  ['steps that we do not know', "UPDATE $s.migrations SET name = 'something else'"],
  ['no steps', 'DELETE FROM $s.migrations'],
  ['tables and no list of steps', 'DROP TABLE $s.migrations'],
])('refuses a schema with %s', async (_name, text) => {
  await onSchema(async ({ open, sql }) => {
    await (await open()).close()
    await sql(text)
    await expect(open()).rejects.toMatchObject({ code: 'ERR_STORE_SCHEMA_UNKNOWN' })
  })()
})

it('refuses a database that cannot hold every text', async () => {
  const { url, sql } = await testSchema()
  const database = drawName()
  await sql(`CREATE DATABASE ${database} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`)
  const own = new URL(url)
  own.pathname = database
  await expect(nodePostgresStore({ url: own.href })).rejects.toMatchObject({
    code: 'ERR_STORE_SCHEMA_UNKNOWN',
  })
  await sql(`DROP DATABASE ${database} WITH (FORCE)`)
})

/** A role without any right but those that `grants` gives, on a database of its own. */
async function asRole(
  grants: (names: { role: string; database: string }) => readonly string[],
  test: (url: string, admin: string) => Promise<void>,
): Promise<void> {
  const { url, sql } = await testSchema()
  const [role, database] = [drawName(), drawName()]
  await sql(`CREATE ROLE ${role} LOGIN PASSWORD 'secret-of-role'`)
  await sql(`CREATE DATABASE ${database}`)
  const admin = new URL(url)
  admin.pathname = database
  const own = new URL(admin)
  own.username = role
  own.password = 'secret-of-role'
  try {
    await withClient(admin.href, async (client) => {
      for (const grant of grants({ role, database })) await client.query(grant)
    })
    await test(own.href, admin.href)
  } finally {
    await sql(`DROP DATABASE ${database} WITH (FORCE)`)
    await sql(`DROP ROLE ${role}`)
  }
}

it('works in a role that may only make schemas in its database', () =>
  asRole(
    ({ role, database }) => [`GRANT CREATE ON DATABASE ${database} TO ${role}`],
    async (url) => {
      const store = await nodePostgresStore({ url })
      expect(await increment(store, 'n')).toBe(1)
      await store.close()
    },
  ))

it('works in a role that owns the schema and may make none', () =>
  asRole(
    ({ role }) => [`CREATE SCHEMA openclaw AUTHORIZATION ${role}`],
    async (url) => {
      const store = await nodePostgresStore({ url })
      expect(await increment(store, 'n')).toBe(1)
      await store.close()
    },
  ))

it('works in a role with the rights that the README grants, on tables of another', () =>
  asRole(
    () => [],
    async (url, admin) => {
      const role = new URL(url).username
      await (await nodePostgresStore({ url: admin })).close()
      await withClient(admin, async (client) => {
        await client.query(`GRANT USAGE ON SCHEMA openclaw TO ${role}`)
        await client.query(`GRANT SELECT ON openclaw.migrations TO ${role}`)
        await client.query(
          `GRANT SELECT, INSERT, UPDATE, DELETE ON openclaw.head, openclaw.records, openclaw.events, openclaw.scopes, openclaw.leases, openclaw.marks, openclaw.replicas, openclaw.notes, openclaw.mail TO ${role}`,
        )
      })
      const opened = [1, 2].map(() => nodePostgresStore({ url, needs: 'writing' }))
      const [store, other] = await Promise.all(opened)
      if (!store || !other) return
      expect(await increment(store, 'n')).toBe(1)
      other.replicas.serve('double', (body) => Number(body) * 2)
      await until(() => store.replicas.others().length === 1)
      expect(await store.replicas.ask(other.replicas.id, 'double', 2, 10_000)).toBe(4)
      await Promise.all([store.close(), other.close()])
    },
  ))

it('looks in a role that may only read, says what it may not, and is refused where it has to write', () =>
  asRole(
    () => [],
    async (url, admin) => {
      const role = new URL(url).username
      await (await nodePostgresStore({ url: admin })).close()
      await withClient(admin, async (client) => {
        await client.query(`GRANT USAGE ON SCHEMA openclaw TO ${role}`)
        await client.query(`GRANT SELECT ON ALL TABLES IN SCHEMA openclaw TO ${role}`)
        await client.query(`GRANT INSERT, UPDATE, DELETE ON openclaw.leases TO ${role}`)
      })
      const store = await nodePostgresStore({ url })
      const { notWritable } = await store.settings()
      expect(notWritable.join(' ')).toBe('events head mail marks notes records replicas scopes')
      await store.close()
      await expect(nodePostgresStore({ url, needs: 'writing' })).rejects.toMatchObject({
        code: 'ERR_STORE_RIGHTS',
      })
    },
  ))

it('says that it may only read when the server refuses its changes, and answers from its views', () =>
  asRole(
    ({ role }) => [`CREATE SCHEMA openclaw AUTHORIZATION ${role}`],
    async (url) => {
      const store = await nodePostgresStore({ url })
      await put(store, 'a', 1)
      const role = new URL(url).username
      await withClient(url, (client) =>
        client.query(`REVOKE INSERT ON openclaw.records FROM ${role}`),
      )
      await expect(put(store, 'b', 1)).rejects.toMatchObject({ code: 'ERR_STORE_RIGHTS' })
      expect(store.health()).toMatchObject({
        state: 'read-only',
        error: { code: 'ERR_STORE_RIGHTS' },
      })
      expect(store.view(numbers).get('a')).toBe(1)
      await withClient(url, (client) => client.query(`GRANT INSERT ON openclaw.records TO ${role}`))
      await put(store, 'b', 1)
      expect(store.health().state).toBe('ok')
      await store.close()
    },
  ))

it('says that a right is missing', () =>
  asRole(
    () => [],
    async (url) => {
      await expect(nodePostgresStore({ url })).rejects.toMatchObject({ code: 'ERR_STORE_RIGHTS' })
    },
  ))
