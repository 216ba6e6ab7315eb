import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type NodePairing, openPairing } from '@openclaw/pairing/node'
import { type Line, place, until } from './support.ts'

const folder = fileURLToPath(new URL('..', import.meta.url))
let bundle: string | undefined

/** The gateway's bundle, far from this repository; made once. */
export function builtGateway(): string {
  if (bundle !== undefined) return bundle
  const out = mkdtempSync(join(tmpdir(), 'gateway-app-'))
  const manifest = createRequire(import.meta.url).resolve('tsup/package.json')
  const tsup = join(dirname(manifest), 'dist', 'cli-default.js')
  const args = [tsup, '--config', 'tsup.app.config.ts', '--out-dir', out]
  const built = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  if (built.status !== 0) throw new Error(built.stderr)
  bundle = join(out, 'main.js')
  return bundle
}

/** What `/readyz` says of one account to whoever is on the machine. */
export interface Account {
  readonly channel: string
  readonly state: string
  readonly lastError?: string
}

/** A gateway in a process of its own, with a state directory of its own. */
export interface Replica {
  readonly url: string
  readonly stateDir: string
  readonly child: ChildProcess
  readonly exit: Promise<number | string>
  readonly lines: () => readonly Line[]
  /** How an account is there; `undefined` while it does not say. */
  readonly account: (channel: string) => Promise<Account | undefined>
  readonly isReady: () => Promise<boolean>
  /** Ends it as `kill -9` does. */
  readonly kill: () => Promise<void>
  /** Ends it as an operator does. */
  readonly stop: () => Promise<void>
}

/** How one of them differs from the others. */
export interface StartOptions {
  /** Where it comes to the database another way. */
  readonly storeUrl?: string
  readonly env?: Readonly<Record<string, string>>
  /** Laid over that of all. */
  readonly config?: Readonly<Record<string, unknown>>
}

/** Gateways that share one database. */
export interface Cluster {
  readonly start: (options?: StartOptions) => Promise<Replica>
  /** The owner's side, on the same database. */
  readonly desk: () => Promise<NodePairing>
  readonly end: () => Promise<void>
}

export const TOKEN = 'the-same-token-on-all-gateways'

/** None runs yet; each cluster has a schema of its own on the server. */
export function cluster(serverUrl: string, config: Readonly<Record<string, unknown>>): Cluster {
  const store = { schema: `t_${randomBytes(6).toString('hex')}` }
  const ends: (() => Promise<unknown>)[] = []
  const placeOf = (storeUrl: string, own: StartOptions['config'] = {}) => {
    const here = place({ ...config, ...own, store })
    return { ...here, env: { ...here.env, OPENCLAW_STORE_URL: storeUrl } }
  }
  return {
    start: async ({ storeUrl = serverUrl, env = {}, config: own } = {}) => {
      const here = placeOf(storeUrl, own)
      const all = { ...here.env, OPENCLAW_GATEWAY_TOKEN: TOKEN, ...env }
      const replica = await startReplica({ ...here, env: all })
      ends.push(replica.kill)
      return replica
    },
    desk: async () => {
      const { env } = placeOf(serverUrl)
      const pairing = await openPairing({ env })
      ends.push(pairing.close)
      return pairing
    },
    end: async () => {
      await Promise.all(ends.map((end) => end()))
    },
  }
}

interface Here {
  readonly home: string
  readonly stateDir: string
  readonly env: Readonly<Record<string, string | undefined>>
}

async function startReplica({ home, stateDir, env }: Here): Promise<Replica> {
  const child = spawn(process.execPath, [builtGateway(), '--port', '0'], {
    cwd: home,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', err: '' }
  child.stdout.on('data', (part: Buffer) => {
    said.out += part.toString()
  })
  child.stderr.on('data', (part: Buffer) => {
    said.err += part.toString()
  })
  const exit = new Promise<number | string>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  await until(() => said.out.includes('State') || child.exitCode !== null, 20_000)
  if (child.exitCode !== null) throw new Error(said.err)
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said.out)?.[0] ?? ''
  const look = () => readiness(url)
  return {
    ...{ url, stateDir, child, exit, lines: () => linesOf(said.err) },
    account: async (channel) => (await look())?.channels.find((each) => each.channel === channel),
    isReady: async () => (await look())?.ready ?? false,
    kill: async () => {
      child.kill('SIGKILL')
      await exit
    },
    stop: async () => {
      child.kill('SIGTERM')
      await exit
    },
  }
}

interface Told {
  readonly ready: boolean
  readonly channels: readonly Account[]
}

async function readiness(url: string): Promise<Told | undefined> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) })
    return (await response.json()) as Told
  } catch {
    return undefined
  }
}

function linesOf(text: string): readonly Line[] {
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as Line]
    } catch {
      return []
    }
  })
}

/** The gateway that has the account of a channel, and the others; waits until one has. */
export async function holderOf(
  replicas: readonly Replica[],
  channel: string,
  ms = 20_000,
): Promise<{ readonly holder: Replica; readonly others: readonly Replica[] }> {
  let holder: Replica | undefined
  await until(async () => {
    for (const replica of replicas) {
      if ((await replica.account(channel))?.state === 'connected') holder = replica
    }
    return holder !== undefined
  }, ms)
  if (holder === undefined) throw new Error('nobody has it')
  return { holder, others: replicas.filter((each) => each !== holder) }
}
