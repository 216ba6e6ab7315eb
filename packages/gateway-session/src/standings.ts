import type { AdmittedDevice, DevicePairing, Standing } from '@openclaw/device-pairing'
import { STALE_LOOK_MS, STALE_LOOKS, STALE_PAUSE_MS } from './limits.ts'
import type { Cancel, Timers } from './ports.ts'

/** Whether what a device was admitted with holds now; `undefined` while the store cannot say. */
export type Look = Standing | undefined

/** Why one no longer holds. */
export type Lost = Extract<Standing, { readonly holds: false }>['because']

/** Looks whether admissions still hold. */
export interface Standings {
  /** One look into the live view, never an error. Whoever has no device has nothing that could be revoked. */
  readonly of: (device: AdmittedDevice | undefined) => Look
  /**
   * The same for who would rather have the error.
   *
   * @throws what the door's view throws
   */
  readonly demand: (device: AdmittedDevice) => Standing
  /** As {@link Standings.of}; where the store cannot say it, waits a moment, for it may only be reading what others wrote. */
  readonly soon: (device: AdmittedDevice | undefined) => Promise<Look>
  /** What the last look that failed was told. */
  readonly problem: () => unknown
  /** True while what is not known may be known in a moment. */
  readonly isBrief: () => boolean
  /** What could not be looked at is to be looked at as soon as the store can say it: `onFresh` is called. */
  readonly owe: () => void
  /** Waits for nothing more. */
  readonly stop: Cancel
}

/** What {@link standings} needs. */
export interface StandingsParts {
  readonly devices: Pick<DevicePairing, 'standing'>
  readonly timers: Timers
  /** The store has not been able to say for a while; told once each time, with what it throws. */
  readonly onStale: (error: unknown) => void
  /** It can say again, after a while or where something is owed. */
  readonly onFresh: () => void
}

const HOLDS: Standing = { holds: true }

/** While the store cannot say it, calls wait for a moment, and the looks are repeated until it can. */
export function standings(parts: StandingsParts): Standings {
  const { devices } = parts
  const repeated = repeatedLooks(parts)
  let problem: unknown

  const demand = (device: AdmittedDevice): Standing => {
    try {
      return devices.standing(device)
    } catch (error) {
      problem = error
      repeated.begin(device)
      throw error
    }
  }
  const of = (device: AdmittedDevice | undefined): Look => {
    if (device === undefined) return HOLDS
    try {
      return demand(device)
    } catch {
      return undefined
    }
  }
  return {
    of,
    demand,
    soon: async (device) => {
      const look = of(device)
      if (look !== undefined || !repeated.isBrief()) return look
      await repeated.moment()
      return of(device)
    },
    problem: () => problem,
    isBrief: repeated.isBrief,
    owe: repeated.owe,
    stop: repeated.stop,
  }
}

/** Looks that are repeated until one goes well. */
interface RepeatedLooks extends Pick<Standings, 'isBrief' | 'owe' | 'stop'> {
  readonly begin: (device: AdmittedDevice) => void
  /** Resolves when one went well, or it is no longer a moment. */
  readonly moment: () => Promise<void>
}

/**
 * Every {@link STALE_LOOK_MS} for {@link STALE_LOOKS} times, in which callers wait, then every {@link STALE_PAUSE_MS}, and nobody
 * waits. A moment is no reason to look at all connections, unless that is owed.
 */
function repeatedLooks({ devices, timers, onStale, onFresh }: StandingsParts): RepeatedLooks {
  let failed = 0
  let next: Cancel | undefined
  let isStopped = false
  let isOwed = false
  const { wait, release } = waitingRoom()

  const hasFailed = (device: AdmittedDevice, error: unknown): void => {
    failed += 1
    if (failed === STALE_LOOKS) {
      release()
      onStale(error)
    }
    begin(device)
  }
  const hasGoneWell = (): void => {
    const isDue = failed >= STALE_LOOKS || isOwed
    failed = 0
    isOwed = false
    release()
    if (isDue) onFresh()
  }
  const look = (device: AdmittedDevice): void => {
    next = undefined
    try {
      devices.standing(device)
    } catch (error) {
      hasFailed(device, error)
      return
    }
    hasGoneWell()
  }
  const begin = (device: AdmittedDevice): void => {
    if (next !== undefined || isStopped) return
    next = timers.after(failed < STALE_LOOKS ? STALE_LOOK_MS : STALE_PAUSE_MS, () => look(device))
  }
  return {
    begin,
    moment: wait,
    isBrief: () => failed < STALE_LOOKS && !isStopped,
    owe: () => {
      isOwed = true
    },
    stop: () => {
      isStopped = true
      next?.()
      release()
    },
  }
}

/** Where callers wait together. */
function waitingRoom(): { readonly wait: () => Promise<void>; readonly release: () => void } {
  let waiting: (() => void)[] = []
  return {
    wait: () => new Promise((resolve) => void waiting.push(resolve)),
    release: () => {
      const released = waiting
      waiting = []
      for (const go of released) go()
    },
  }
}
