import type { RandomBytes } from '@openclaw/pairing-contracts'
import { LOCK_PAUSE_MS, LOCK_WAIT_MS } from '../limits.ts'
import { StoreBusy, StoreWriteFailed } from './errors.ts'
import { describeHolder, type Holder, isDead, type LockProcess } from './holder.ts'
import { timeLimit } from './time-limit.ts'

/** A lock that this process holds. */
export interface HeldLock {
  /** False once another process may have taken it over; asked just before each write. */
  readonly isOurs: () => boolean
  readonly release: () => Promise<void>
}

/** A lock shared by processes: a directory, and a file beside it that says who made it. */
export interface LockPlace {
  /** Takes the lock if nobody holds it (or whoever did shows no life any more); `undefined` when it is held. */
  readonly tryTake: (holder: Holder) => Promise<HeldLock | undefined>
  /** Who holds it, as far as they said; `undefined` when nobody said. */
  readonly holder: () => Holder | undefined
  /** Removes the lock of a dead holder, if it is still theirs. */
  readonly remove: (holder: Holder) => void
  /** Tells whoever holds it that somebody waits. */
  readonly want: () => void
  /** True when somebody said so since this was asked last. */
  readonly isWanted: () => boolean
}

/** What waiting for a lock needs. */
export interface LockPorts {
  readonly path: string
  readonly place: LockPlace
  readonly process: LockProcess
  readonly random: RandomBytes
  /** Text of the time of day, for people. */
  readonly now: () => string
  readonly sleep: (ms: number) => Promise<void>
}

/**
 * Takes the lock, waiting at most `waitMs`.
 *
 * @throws {@link StoreBusy} that names the lock and its holder
 */
export async function takeLock(ports: LockPorts, waitMs: number = LOCK_WAIT_MS): Promise<HeldLock> {
  const { path, place, process, random, sleep } = ports
  const late = timeLimit(waitMs)
  try {
    for (let tries = 1; ; tries += 1) {
      const held = await tryTake(ports)
      if (held && tries > 1) place.isWanted()
      if (held) return held
      const holder = place.holder()
      if (late.isOver()) throw new StoreBusy(path, describeHolder(holder), waitMs)
      place.want()
      const dead = holder !== undefined && isDead(process, holder)
      if (dead) place.remove(holder)
      await sleep(dead ? 0 : pauseOf(random, tries))
    }
  } finally {
    late.stop()
  }
}

async function tryTake(ports: LockPorts): Promise<HeldLock | undefined> {
  const { pid, habitat } = ports.process
  const token = Buffer.from(ports.random(12)).toString('hex')
  try {
    return await ports.place.tryTake({ ...habitat(), pid, token, since: ports.now() })
  } catch (cause) {
    // the lock is not there yet: what keeps it from being made is the folder
    throw new StoreWriteFailed(ports.path.slice(0, ports.path.lastIndexOf('/')), cause)
  }
}

/** Short at first, then up to {@link LOCK_PAUSE_MS}, never in step with others. */
function pauseOf(random: RandomBytes, tries: number): number {
  const [byte = 0] = random(1)
  return 1 + (Math.min(LOCK_PAUSE_MS, tries * 2) * byte) / 255
}
