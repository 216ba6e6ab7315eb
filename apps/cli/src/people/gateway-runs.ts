import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '@openclaw/pairing-config'
import { nodeProcesses } from '@openclaw/pairing-config/node'

/** A gateway of ours that runs now. */
export interface RunningGateway {
  readonly pid: number
  readonly port: number | undefined
  readonly host: string | undefined
  /** Proves to it that we can read its state directory. */
  readonly secret: string | undefined
  /** SHA-256 of its certificate, where it speaks TLS. */
  readonly tlsFingerprint: string | undefined
  /** Where it keeps its state. */
  readonly store: 'files' | 'postgres'
}

/**
 * Whether a gateway works on a state: `here`, on this machine; `perhaps-elsewhere`: it is kept in a database, which one on
 * another machine may use; `no`: the only one that could does not run.
 */
export type GatewayRuns = 'here' | 'perhaps-elsewhere' | 'no'

/** Whether a gateway works on the state that the configuration names. */
export async function gatewayRuns({ paths, store }: Config): Promise<GatewayRuns> {
  const running = await runningGateway(paths.stateDir)
  if (running?.store === store.kind) return 'here'
  return store.kind === 'postgres' ? 'perhaps-elsewhere' : 'no'
}

/** For scripts: `null` where one may run elsewhere. */
export function gatewayRunsJson(runs: GatewayRuns): boolean | null {
  return runs === 'perhaps-elsewhere' ? null : runs === 'here'
}

/**
 * The gateway that runs on a state directory: it leaves `gateway.runtime.json` there while it does. One that was
 * killed leaves it too, so its process is looked for.
 */
export async function runningGateway(stateDir: string): Promise<RunningGateway | undefined> {
  const facts = readFacts(join(stateDir, 'gateway.runtime.json'))
  const { pid, port } = facts
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return undefined
  const processes = nodeProcesses()
  if (!processes.isAlive(pid)) return undefined
  const then = facts['startTime']
  const now = processes.startTime(pid)
  // Another process may have the number by now.
  if (typeof then === 'number' && now !== undefined && then !== now) return undefined
  const text = (name: string): string | undefined => {
    const value = facts[name]
    return typeof value === 'string' ? value : undefined
  }
  return {
    pid,
    port: typeof port === 'number' ? port : undefined,
    host: text('host'),
    secret: text('secret'),
    // One that cannot be read must fit no certificate, and not lead back to speaking in clear.
    tlsFingerprint: 'tlsFingerprint' in facts ? String(facts['tlsFingerprint']) : undefined,
    store: facts['store'] === 'postgres' ? 'postgres' : 'files',
  }
}

/** At once: a list looks here each time, and a promise would load a part of Node for it. */
function readFacts(file: string): Readonly<Record<string, unknown>> {
  if (!existsSync(file)) return {}
  try {
    const json: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof json === 'object' && json !== null ? { ...json } : {}
  } catch {
    return {}
  }
}
