import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './support-server.ts'

/** PgBouncer in transaction mode before a server. */
export interface Pooler {
  readonly url: string
  readonly stop: () => Promise<void>
}

/** Programs of servers are not on every user's path. */
const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` }

/** False where it is not installed. */
export function hasPooler(): boolean {
  return spawnSync('pgbouncer', ['--version'], { env }).status === 0
}

/** Starts one before the server of `url`, with fewer connections to it than a few stores want. */
export async function startPooler(url: string): Promise<Pooler> {
  const { hostname, port, username, password } = new URL(url)
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-pooler-'))
  chmodSync(folder, 0o755)
  const listenPort = await freePort()
  const file = join(folder, 'pgbouncer.ini')
  const secret = decodeURIComponent(password)
  writeFileSync(
    file,
    `[databases]
* = host=${hostname} port=${port} user=${username} password='${secret}'
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${String(listenPort)}
unix_socket_dir =
auth_type = any
pool_mode = transaction
max_client_conn = 200
default_pool_size = 4
`,
  )
  // it refuses to run as root
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
  const child = spawn('pgbouncer', [...user, file], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  await untilListening(child)
  const through = new URL(url)
  through.port = String(listenPort)
  return {
    url: through.href,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('close', resolve))
      if (child.exitCode === null && child.kill('SIGTERM')) await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function untilListening(child: ChildProcess): Promise<void> {
  let said = ''
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => reject(new Error(`pgbouncer ended: ${said}`)))
    child.stderr?.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-4_000)
      if (said.includes('process up')) resolve()
    })
  })
}
