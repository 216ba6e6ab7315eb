import { LOCK_RENEW_MS, LOCK_STALE_MS } from '../limits.ts'
import { decodeHolder, type Holder } from './holder.ts'
import type { HeldLock, LockPlace } from './lock.ts'

/** The part of `node:fs` that a lock needs. */
export interface LockFiles {
  readonly mkdirSync: (path: string) => unknown
  readonly rmdirSync: (path: string) => void
  readonly statSync: (path: string) => { readonly mtime: Date }
  readonly utimesSync: (path: string, atime: Date | number, mtime: Date | number) => void
  readonly readFileSync: (path: string, encoding: 'utf8') => string
  readonly writeFileSync: (path: string, text: string, options: { readonly mode: number }) => void
  readonly unlinkSync: (path: string) => void
}

/** `lock` of proper-lockfile; loaded only when something is written. */
export type ProperLock = (
  file: string,
  options: {
    readonly lockfilePath: string
    readonly realpath: false
    readonly stale: number
    readonly update: number
    readonly fs: object
    readonly onCompromised: (error: Error) => void
  },
) => Promise<() => Promise<void>>

/** A lock at `path`, with `<path>.json` beside it that says who holds it, and `<path>.wanted` while somebody waits. */
export function lockPlace(
  path: string,
  ports: { readonly files: LockFiles; readonly properLock: () => Promise<ProperLock> },
): LockPlace {
  const { files } = ports
  const note = `${path}.json`
  const wanted = `${path}.wanted`
  const holder = (): Holder | undefined => readNote(files, note)
  return {
    holder,
    tryTake: async (self) => {
      const state = { compromised: false }
      const lock = await ports.properLock()
      const release = await orHeld(
        lock(path, {
          lockfilePath: path,
          realpath: false,
          stale: LOCK_STALE_MS,
          update: LOCK_RENEW_MS,
          fs: lockFiles(files, note, self),
          onCompromised: () => {
            state.compromised = true
          },
        }),
      )
      return (
        release &&
        heldLock({ release, isOurs: () => !state.compromised && holder()?.token === self.token })
      )
    },
    remove: (dead) => {
      if (holder()?.token !== dead.token) return
      quietly(() => files.unlinkSync(note))
      quietly(() => files.rmdirSync(path))
    },
    want: () => quietly(() => files.writeFileSync(wanted, '', { mode: 0o600 })),
    isWanted: () => succeeds(() => files.unlinkSync(wanted)),
  }
}

function heldLock({
  release,
  isOurs,
}: {
  readonly release: () => Promise<void>
  readonly isOurs: () => boolean
}): HeldLock {
  return { isOurs, release: () => release().catch(() => undefined) }
}

async function orHeld<R>(taking: Promise<R>): Promise<R | undefined> {
  try {
    return await taking
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ELOCKED') return undefined
    throw error
  }
}

type Done = (error: unknown, value?: unknown) => void

/**
 * The file operations of proper-lockfile, done at once instead of in turns, so that a process that dies leaves
 * either no lock or one that says whose it was. A lock that somebody else has taken over is not removed.
 */
function lockFiles(files: LockFiles, note: string, self: Holder): object {
  let made = false
  let probed = false
  const mkdirSync = (path: string): void => {
    files.mkdirSync(path)
    try {
      files.writeFileSync(note, JSON.stringify(self), { mode: 0o600 })
    } catch (error) {
      files.rmdirSync(path)
      throw error
    }
    made = true
  }
  const rmdirSync = (path: string): void => {
    if (made && readNote(files, note)?.token !== self.token) return
    if (made) quietly(() => files.unlinkSync(note))
    files.rmdirSync(path)
  }
  const utimesSync = (path: string, atime: Date, mtime: Date): void => {
    // NOTE: the first call only probes the precision, with a time in the future that would make a stale lock look fresh
    if (probed) files.utimesSync(path, atime, mtime)
    probed = true
  }
  return {
    mkdir: atOnce(mkdirSync),
    rmdir: atOnce(rmdirSync),
    stat: atOnce((path: string) => files.statSync(path)),
    utimes: atOnce(utimesSync),
    rmdirSync,
  }
}

function atOnce<Args extends readonly unknown[]>(
  work: (...args: Args) => unknown,
): (...args: [...Args, Done]) => void {
  return (...args) => {
    const done = args.at(-1) as Done
    let value: unknown
    try {
      value = work(...(args.slice(0, -1) as unknown as Args))
    } catch (error) {
      done(error)
      return
    }
    done(null, value)
  }
}

function readNote(files: LockFiles, note: string): Holder | undefined {
  try {
    return decodeHolder(files.readFileSync(note, 'utf8'))
  } catch {
    return undefined
  }
}

/** Does what may be left undone: gone already, or for the next one to report. */
function quietly(work: () => void): void {
  succeeds(work)
}

function succeeds(work: () => void): boolean {
  try {
    work()
    return true
  } catch {
    return false
  }
}
