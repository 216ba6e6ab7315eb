/** Whoever holds a lock, in their own words. */
export interface Holder {
  readonly pid: number
  /** Name of the machine or container. */
  readonly host: string
  /** Names one boot and one set of process ids; only within it a pid can be looked up. */
  readonly life: string
  /** Drawn for each hold. */
  readonly token: string
  /** When it was taken, for people. */
  readonly since: string
}

/** Where a process runs; see {@link Holder}. */
export type Habitat = Pick<Holder, 'host' | 'life'>

/** The process that this runs in. */
export interface LockProcess {
  readonly pid: number
  /** Asked only when a lock is taken. */
  readonly habitat: () => Habitat
  readonly isAlive: (pid: number) => boolean
}

/**
 * True when the holder is known to have ended: its pid is free in our own set of process ids, or its machine was
 * started again since. A holder in another container is never known to be dead; its lock goes stale by age.
 */
export function isDead(process: LockProcess, holder: Holder): boolean {
  const here = process.habitat()
  if (holder.host !== here.host) return false
  return holder.life === here.life ? !process.isAlive(holder.pid) : isEarlierBoot(here, holder)
}

/** For messages. */
export function describeHolder(holder: Holder | undefined): string {
  if (holder === undefined) return 'a process that did not say who it is'
  return `process ${String(holder.pid)} on ${holder.host} (since ${holder.since})`
}

/** Reads the file beside a lock; `undefined` for anything that is not whole. */
export function decodeHolder(text: string): Holder | undefined {
  try {
    const found = JSON.parse(text) as Partial<Record<keyof Holder, unknown>> | null
    if (typeof found !== 'object' || found === null) return undefined
    const { pid, host, life, token, since } = found
    const whole = [host, life, token, since].every((part) => typeof part === 'string')
    return whole && Number.isSafeInteger(pid) ? (found as Holder) : undefined
  } catch {
    return undefined
  }
}

function isEarlierBoot(here: Habitat, holder: Holder): boolean {
  const [boot] = here.life.split('/')
  const [theirs] = holder.life.split('/')
  return boot !== '' && theirs !== '' && boot !== theirs
}
