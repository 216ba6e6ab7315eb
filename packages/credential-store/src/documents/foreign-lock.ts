import { errnoOf } from '../journal/files.ts'
import type { Context } from './context.ts'
import type { Document } from './document.ts'
import type { FileFacts } from './file-facts.ts'
import type { Files } from './files.ts'
import { FOREIGN_LOCK_STALE_MS } from './limits.ts'
import { decodeText, encodeText } from './text.ts'
import type { DocumentPorts } from './types.ts'

/**
 * What `<file>.lock` of OpenClaw 2026.2 says: nobody holds it, somebody does, or it was left behind
 * (its process is gone, or it is older than {@link FOREIGN_LOCK_STALE_MS}).
 */
export type LockState = 'free' | 'live' | 'left'

/** The lock file of a document while we hold it. */
export interface HeldLock {
  readonly isHeld: () => boolean
  /** Removes it, if it still is ours. Never throws: what is left goes stale. */
  readonly release: () => void
}

/** What judging a lock file takes. */
export interface LockLooker {
  readonly files: Files
  readonly ports: Pick<DocumentPorts, 'clock' | 'process'>
}

/** Looks at the lock file of a document. We hold none ourselves when this is asked. */
export function lockState(context: LockLooker, { lock }: Document): LockState {
  const stat = context.files.stat(lock)
  if (stat === undefined) return 'free'
  return isLeft(context, lock, stat) ? 'left' : 'live'
}

/**
 * Takes the lock file of a document the way that program does; one that was left behind is removed first.
 * `undefined` when somebody alive holds it. Never waits.
 */
export async function takeLock(
  context: Context,
  document: Document,
): Promise<HeldLock | undefined> {
  const { files, ports } = context
  const bytes = encodeText(
    JSON.stringify({
      pid: ports.process.pid,
      createdAt: new Date(ports.clock.now()).toISOString(),
    }),
  )
  for (let tries = 3; tries > 0; tries -= 1) {
    try {
      return heldLock(context, document.lock, await files.createBrief(document.lock, bytes))
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error
      if (!removeLeft(context, document)) return undefined
    }
  }
  return undefined
}

/** True when the lock file of a document was left behind; false also when that cannot be told. */
export function hasLeftLock(context: LockLooker, document: Document): boolean {
  try {
    return lockState(context, document) === 'left'
  } catch {
    return false
  }
}

/** Removes a lock file that was left behind. Under the documents lock; one that cannot be removed stays. */
export function removeLeftLock(context: LockLooker, document: Document): void {
  try {
    removeLeft(context, document)
  } catch {
    // NOTE it is in nobody's way
  }
}

function heldLock({ files }: Context, path: string, made: FileFacts): HeldLock {
  const isHeld = (): boolean => files.stat(path)?.identity === made.identity
  return {
    isHeld,
    release: () => {
      try {
        if (isHeld()) files.remove(path)
      } catch {
        // NOTE everybody takes it for left over soon
      }
    },
  }
}

/** False when it is alive. */
function removeLeft(context: LockLooker, { lock }: Document): boolean {
  const { files } = context
  const stat = files.stat(lock)
  if (stat === undefined) return true
  if (!isLeft(context, lock, stat) || stat.kind !== 'file') return false
  // somebody else may have removed it and taken it anew since
  if (files.stat(lock)?.identity === stat.identity) files.remove(lock)
  return true
}

function isLeft({ files, ports }: LockLooker, lock: string, stat: FileFacts): boolean {
  const now = ports.clock.now()
  if (now - stat.mtimeMs > FOREIGN_LOCK_STALE_MS) return true
  if (stat.kind !== 'file') return false
  const { pid, createdAt } = readHolder(files, lock)
  if (createdAt !== undefined && now - createdAt > FOREIGN_LOCK_STALE_MS) return true
  // our own process holds no lock while it asks: one with our pid is from an earlier life of it
  return pid !== undefined && (pid === ports.process.pid || !ports.process.isAlive(pid))
}

interface Holder {
  readonly pid: number | undefined
  readonly createdAt: number | undefined
}

/** A lock file that may not be read, or says nothing, is judged by its age alone. */
function readHolder(files: Files, lock: string): Holder {
  try {
    const bytes = files.read(lock)?.bytes ?? new Uint8Array()
    const json = JSON.parse(decodeText(bytes) ?? '') as Record<string, unknown> | null
    const { pid, createdAt } = json ?? {}
    const time = typeof createdAt === 'string' ? Date.parse(createdAt) : createdAt
    return {
      pid: Number.isSafeInteger(pid) && Number(pid) > 0 ? Number(pid) : undefined,
      createdAt: typeof time === 'number' && Number.isFinite(time) ? time : undefined,
    }
  } catch {
    return { pid: undefined, createdAt: undefined }
  }
}
