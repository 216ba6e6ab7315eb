import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { nodeProcesses } from '@openclaw/pairing-config/node'
import { GatewayAlreadyRuns } from '../errors.ts'
import { createPrivateFile, parseObject, readIfThere, replacePrivateFile } from './private-files.ts'

/** What `gateway.runtime.json` says of a running gateway. */
export interface Runtime {
  readonly pid: number
  readonly host: string
  readonly port: number
  /** For programs of the same user: opens the details of `/readyz` and `/metrics`. 256 bits, new at each start. */
  readonly secret: string
  /** SHA-256 of the certificate, where the port speaks TLS: who comes from this machine trusts that one alone. */
  readonly tlsFingerprint?: string
  /** Where the state is kept: commands on this machine must not work on another. Without an address, which may hold a password. */
  readonly store: 'files' | 'postgres'
}

/** A claim on a state directory. */
export interface RuntimeClaim {
  /** Says another fingerprint, if the file is still ours. */
  readonly renew: (tlsFingerprint: string) => Promise<void>
  /** Takes the file away, if it is still ours. */
  readonly release: () => Promise<void>
}

/** Where the file lies. */
export function runtimePath(stateDir: string): string {
  return join(stateDir, 'gateway.runtime.json')
}

/**
 * Refuses when a gateway runs on this state directory. Looks only.
 *
 * @throws {@link GatewayAlreadyRuns}
 */
export async function refuseSecondGateway(stateDir: string): Promise<void> {
  const found = await readRuntime(stateDir)
  if (found !== undefined && isRunning(found)) throw alreadyRuns(found, stateDir)
}

/**
 * Leaves the file of this process; one of a gateway that has died is replaced.
 *
 * @throws {@link GatewayAlreadyRuns} when another gateway was faster
 */
export async function claimRuntime(stateDir: string, runtime: Runtime): Promise<RuntimeClaim> {
  const path = runtimePath(stateDir)
  const { pid } = runtime
  const startTime = nodeProcesses().startTime(pid)
  const facts = { ...runtime, ...(startTime !== undefined && { startTime }) }
  let text = `${JSON.stringify(facts)}\n`
  for (let attempt = 0; !(await createPrivateFile(path, text)); attempt += 1) {
    const found = await readRuntime(stateDir)
    if (found !== undefined && isRunning(found)) throw alreadyRuns(found, stateDir)
    if (attempt > 4) throw new GatewayAlreadyRuns(found?.pid ?? 0, { url: 'unknown', stateDir })
    await rm(path, { force: true })
  }
  return {
    renew: async (tlsFingerprint) => {
      if ((await readIfThere(path)) !== text) return
      const next = `${JSON.stringify({ ...facts, tlsFingerprint })}\n`
      await replacePrivateFile(path, next)
      text = next
    },
    release: async () => {
      if ((await readIfThere(path)) === text) await rm(path, { force: true })
    },
  }
}

interface Found {
  readonly pid: number
  readonly startTime: number | undefined
  readonly url: string
}

async function readRuntime(stateDir: string): Promise<Found | undefined> {
  const json = parseObject((await readIfThere(runtimePath(stateDir))) ?? '')
  const { pid, startTime, host, port, tlsFingerprint } = json ?? {}
  const scheme = tlsFingerprint === undefined ? 'http' : 'https'
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return undefined
  return {
    pid,
    startTime: typeof startTime === 'number' ? startTime : undefined,
    url: `${scheme}://${String(host)}:${String(port)}`,
  }
}

/** A number that another process has now is nobody: in a container it is often the same after a restart. */
function isRunning({ pid, startTime }: Found): boolean {
  const processes = nodeProcesses()
  if (pid === processes.ownPid || !processes.isAlive(pid)) return false
  const now = processes.startTime(pid)
  return startTime === undefined || now === undefined || startTime === now
}

const alreadyRuns = ({ pid, url }: Found, stateDir: string): GatewayAlreadyRuns =>
  new GatewayAlreadyRuns(pid, { url, stateDir })
