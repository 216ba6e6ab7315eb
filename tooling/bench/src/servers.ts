import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { cleanEnv } from './children.ts'
import type { Env } from './state.ts'

const START_LIMIT_MS = 20_000
const STOP_LIMIT_MS = 20_000
const POLL_MS = 2
const COLLECT_MS = 500
const TICK_MS = 10
const LOG_CHARS = 2_000

/** A server under measurement. */
export interface Server {
  readonly port: number
  readonly residentMb: () => number
  /** CPU time so far, in ms; `undefined` where the system does not say. */
  readonly cpuMs: () => number | undefined
  /** Collects its garbage, so that what is resident is in use. */
  readonly collect: () => Promise<void>
}

/**
 * Starts `main`, lends it to `work` as soon as it listens, and ends it as a service manager does.
 *
 * @throws Error with the end of its log when it does not start or stop
 */
export async function withServer<R>(
  main: string,
  env: Env,
  work: (server: Server) => Promise<R>,
): Promise<R> {
  const { HOME: folder = '' } = env
  const [port, script] = [await freePort(), join(folder, 'collect.cjs')]
  writeFileSync(script, "process.on('SIGUSR2', globalThis.gc)")
  const log = join(folder, 'server.log')
  const child = start(['--expose-gc', '--require', script, main], log, {
    ...env,
    OPENCLAW_GATEWAY_PORT: String(port),
  })
  const end = new Promise<void>((resolve) => child.once('close', () => resolve()))
  try {
    await untilListening(child, port, performance.now())
    return await work(serverOf(child, port))
  } catch (error) {
    throw new Error(`${String(error)}\n${readFileSync(log, 'utf8').slice(-LOG_CHARS)}`)
  } finally {
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS)
    await end
    clearTimeout(late)
  }
}

function start(args: readonly string[], log: string, env: Env): ChildProcess {
  const out = openSync(log, 'w', 0o600)
  try {
    return spawn(process.execPath, args, { env: cleanEnv(env), stdio: ['ignore', out, out] })
  } finally {
    closeSync(out)
  }
}

function serverOf(child: ChildProcess, port: number): Server {
  const { pid = 0 } = child
  return {
    port,
    residentMb: () => residentMb(pid),
    cpuMs: () => cpuMs(pid),
    collect: async () => {
      child.kill('SIGUSR2')
      await wait(COLLECT_MS)
    },
  }
}

/** User and system time of another process. */
function cpuMs(pid: number): number | undefined {
  const path = `/proc/${String(pid)}/stat`
  if (!existsSync(path)) return undefined
  const [, fields = ''] = readFileSync(path, 'utf8').split(/\) /)
  const [user, system] = fields.split(' ').slice(11, 13).map(Number)
  return ((user ?? 0) + (system ?? 0)) * TICK_MS
}

/** A port of 127.0.0.1 that nobody has. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (bound === null || typeof bound === 'string') throw new Error('no free port')
  return bound.port
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const done = (yes: boolean) => {
      socket.destroy()
      resolve(yes)
    }
    socket.once('connect', () => done(true))
    socket.once('error', () => done(false))
  })
}

/** Milliseconds from the start of the process to the first accepted connection. */
export async function untilListening(
  child: ChildProcess,
  port: number,
  began: number,
): Promise<number> {
  while (!(await answers(port))) {
    if (child.exitCode !== null)
      throw new Error(`the gateway ended with exit code ${String(child.exitCode)}`)
    if (performance.now() - began > START_LIMIT_MS)
      throw new Error('the gateway does not listen after 20 s')
    await wait(POLL_MS)
  }
  return performance.now() - began
}

/** Resident memory of another process, in MB. */
export function residentMb(pid: number): number {
  const status = `/proc/${String(pid)}/status`
  if (existsSync(status)) {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(status, 'utf8'))?.[1]) / 1024
  }
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024
}
