import type { EpochMs, JsonObject } from '@openclaw/pairing-contracts'
import { OtherOpenClawRunning } from './errors/names.ts'
import { LOCK_STALE_MS } from './limits.ts'
import { variable } from './paths/home.ts'
import type { ConfigFiles, Environment, FileFacts, ProcessTable } from './ports.ts'
import { isObject } from './read/document.ts'
import type { Paths } from './types.ts'

/** Bytes of a lock file that are looked at. */
const MAX_LOCK_BYTES = 16_384

/** What another OpenClaw on this machine is recognised by. Nothing of it is touched. */
export interface OtherOpenClawOptions {
  readonly paths: Pick<Paths, 'configPath'>
  readonly env: Environment
  readonly files: ConfigFiles
  readonly processes: ProcessTable
  /** The system's directory for temporary files. */
  readonly tmpdir: string
  /** The user's id; `undefined` where the platform has none. */
  readonly uid: number | undefined
  /** SHA-1 as lower-case hex: the name of the lock is made with it. */
  readonly sha1: (text: string) => string
  readonly now: EpochMs
}

/** Where a gateway of OpenClaw 2026.2 keeps the lock of a configuration. */
export function gatewayLockPath(
  options: Pick<OtherOpenClawOptions, 'paths' | 'files' | 'tmpdir' | 'uid' | 'sha1'>,
): string {
  const { paths, files, tmpdir, uid, sha1 } = options
  const folder = uid === undefined ? 'openclaw' : `openclaw-${String(uid)}`
  return files.join(tmpdir, folder, `gateway.${sha1(paths.configPath).slice(0, 8)}.lock`)
}

/**
 * Recognises a gateway of OpenClaw 2026.2 that runs with the same configuration.
 *
 * The lock of a process that has died, or whose number another process has now, is nothing; so is one that
 * another user made. `OPENCLAW_ALLOW_MULTI_GATEWAY=1` means that the operator knows.
 *
 * @returns the error to throw or show, with the way out as its hint; `undefined` when the way is free
 */
export function detectOtherOpenClaw(
  options: OtherOpenClawOptions,
): OtherOpenClawRunning | undefined {
  if (variable(options.env, 'OPENCLAW_ALLOW_MULTI_GATEWAY') === '1') return undefined
  const lockPath = gatewayLockPath(options)
  const facts = factsOf(options.files, lockPath)
  if (facts?.kind !== 'file' || isForeign(facts, options)) return undefined
  const lock = readLock(options.files, lockPath)
  const pid = lock === undefined ? undefined : pidOf(lock)
  if (lock === undefined || pid === undefined) {
    // It may be half written: whoever writes it is starting just now.
    const isFresh = options.now - facts.mtimeMs < LOCK_STALE_MS
    return isFresh ? new OtherOpenClawRunning({ pid: undefined, lockPath }) : undefined
  }
  return isRunning(pid, lock, options.processes)
    ? new OtherOpenClawRunning({ pid, lockPath })
    : undefined
}

function isRunning(pid: number, lock: JsonObject, processes: ProcessTable): boolean {
  if (pid === processes.ownPid || !processes.isAlive(pid)) return false
  const then = lock['startTime']
  const now = processes.startTime(pid)
  return typeof then !== 'number' || now === undefined || then === now
}

/** Anybody may create a directory of this name in a shared place: only the user's own lock counts. */
function isForeign(facts: FileFacts, { uid }: OtherOpenClawOptions): boolean {
  return uid !== undefined && facts.uid !== undefined && facts.uid !== uid
}

function factsOf(files: ConfigFiles, path: string): FileFacts | undefined {
  try {
    return files.stat(path)
  } catch {
    return undefined
  }
}

function readLock(files: ConfigFiles, path: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(files.read(path, MAX_LOCK_BYTES)))
    return isObject(json as JsonObject) ? (json as JsonObject) : undefined
  } catch {
    return undefined
  }
}

function pidOf({ pid }: JsonObject): number | undefined {
  return typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0 ? pid : undefined
}
