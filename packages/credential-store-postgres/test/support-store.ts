import { randomBytes } from 'node:crypto'
import type { Actor, Collection, CredentialStore, Intent, Scope } from '@openclaw/pairing-contracts'
import { Client } from 'pg'
import { inject } from 'vitest'
import type { PostgresStore, PostgresStoreOptions } from '../src/index.ts'
import { nodePostgresStore } from '../src/node.ts'

/** A schema for one test. */
export interface TestSchema {
  readonly url: string
  readonly schema: string
  /** Opens a store on it; closed at the end. */
  readonly open: (options?: Partial<PostgresStoreOptions>) => Promise<PostgresStore>
  /** A statement as a person with psql would run it; `$s` stands for the schema. */
  readonly sql: (
    text: string,
    values?: readonly unknown[],
  ) => Promise<readonly Record<string, unknown>[]>
  readonly cleanup: () => Promise<void>
}

/** A name that nobody has. */
export function drawName(): string {
  return `t_${randomBytes(6).toString('hex')}`
}

/** A schema that does not exist yet, on the server of the tests unless another is given. */
export async function testSchema(url: string = inject('postgresUrl')): Promise<TestSchema> {
  const schema = drawName()
  const opened: CredentialStore[] = []
  const sql: TestSchema['sql'] = async (text, values = []) => {
    const client = await adminOf(url)
    return (await client.query(text.replaceAll('$s', schema), [...values])).rows
  }
  return {
    url,
    schema,
    sql,
    open: async (options = {}) => {
      const store = await nodePostgresStore({ url, schema, ...options })
      opened.push(store)
      return store
    },
    cleanup: async () => {
      await Promise.all(opened.map((store) => store.close()))
      // a server of our own goes as a whole
      if (process.env['OPENCLAW_TEST_POSTGRES_URL']) await sql('DROP SCHEMA IF EXISTS $s CASCADE')
    },
  }
}

const admins = new Map<string, Promise<Client>>()

/** One connection for all that the tests of a file do by hand. */
function adminOf(url: string): Promise<Client> {
  const known = admins.get(url)
  if (known) return known
  const client = new Client({ connectionString: url })
  client.on('error', () => admins.delete(url))
  const made = client.connect().then(() => client)
  admins.set(url, made)
  return made
}

/** Runs `use` on a connection of its own. */
export async function withClient<R>(url: string, use: (client: Client) => Promise<R>): Promise<R> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

/** Runs `test` on a schema of its own and cleans up whatever happens. */
export function onSchema(test: (schema: TestSchema) => Promise<void>): () => Promise<void> {
  return async () => {
    const schema = await testSchema()
    try {
      await test(schema)
    } finally {
      await schema.cleanup()
    }
  }
}

/** Numbers by key. */
export const numbers: Collection<number> = {
  name: 'test.numbers',
  decode: (value) => {
    if (typeof value !== 'number') throw new TypeError('not a number')
    return value
  },
  encode: (value) => value,
}

export const tester: Actor = { kind: 'root', user: 'tester' }

export function intent(action = 'test.write', scope = 'test'): Intent {
  return { scope: scope as Scope, actor: tester, action }
}

export function put(store: CredentialStore, key: string, value: number): Promise<void> {
  return store.transact(intent(), (tx) => tx.put(numbers, key, value))
}

/** Adds one, as get and put in one transaction. */
export function increment(store: CredentialStore, key: string): Promise<number> {
  return store.transact(intent('test.increment'), async (tx) => {
    const next = ((await tx.get(numbers, key)) ?? 0) + 1
    tx.put(numbers, key, next)
    return next
  })
}

/** The error that something rejects with. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it did not reject')
}

/** Waits until `holds`, at most `withinMs`; answers how long it took. */
export async function until(holds: () => boolean, withinMs = 20_000): Promise<number> {
  const start = performance.now()
  while (!holds()) {
    if (performance.now() - start > withinMs) throw new Error(`not within ${String(withinMs)} ms`)
    await pause(5)
  }
  return performance.now() - start
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
