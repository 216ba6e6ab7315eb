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
  /** Waits for nothing more. */
  readonly stop: Cancel
}

/** What {@link standings} needs. */
export interface StandingsParts {
  readonly devices: Pick<DevicePairing, 'standing'>
  readonly timers: Timers
  /** The store has not been able to say for a while; told once each time, with what it throws. */
  readonly onStale: (error: unknown) => void
  /** It can say again. */
  readonly onFresh: () => void
}

const HOLDS: Standing = { holds: true }

/**
 * While a look fails, one of its kind is repeated: every {@link STALE_LOOK_MS} for {@link STALE_LOOKS} times, in which callers
 * wait, then every {@link STALE_PAUSE_MS} until it goes well, and nobody waits.
 */
export function standings({ devices, timers, onStale, onFresh }: StandingsParts): Standings {
  let failed = 0
  let watch: Cancel | undefined
  let waiting: (() => void)[] = []
  let isStopped = false
  let problem: unknown

  const release = (): void => {
    const released = waiting
    waiting = []
    for (const go of released) go()
  }
  const lookAgain = (device: AdmittedDevice): void => {
    const pause = failed < STALE_LOOKS ? STALE_LOOK_MS : STALE_PAUSE_MS
    watch = timers.after(pause, () => {
      try {
        devices.standing(device)
      } catch (error) {
        problem = error
        failed += 1
        if (failed === STALE_LOOKS) {
          release()
          onStale(error)
        }
        if (!isStopped) lookAgain(device)
        return
      }
      const wasStale = failed >= STALE_LOOKS
      failed = 0
      watch = undefined
      release()
      if (wasStale) onFresh()
    })
  }
  const demand = (device: AdmittedDevice): Standing => {
    try {
      return devices.standing(device)
    } catch (error) {
      problem = error
      if (watch === undefined && !isStopped) lookAgain(device)
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
  const isBrief = (): boolean => failed < STALE_LOOKS && !isStopped
  return {
    of,
    demand,
    soon: async (device) => {
      const look = of(device)
      if (look !== undefined || !isBrief()) return look
      await new Promise<void>((resolve) => waiting.push(resolve))
      return of(device)
    },
    problem: () => problem,
    isBrief,
    stop: () => {
      isStopped = true
      watch?.()
      watch = undefined
      release()
    },
  }
}
