import { HOOK_GRACE_MS, HOOKS, HOOKS_PER_ACCOUNT } from '../../limits.ts'

/** A request's place among those that are under way. */
export interface HookPlace {
  /** Resolves when it has to make way for others; only while its body arrives. */
  readonly cut: Promise<void>
  /** Its body is there: it is let finish. */
  readonly arrived: () => void
  readonly leave: () => void
}

/** The requests that are under way; bounded. */
export interface HookPlaces {
  /** `undefined` when there is no place, and none can be made. */
  readonly enter: (account: string) => HookPlace | undefined
}

interface Arriving {
  readonly account: string
  readonly since: number
  readonly giveUp: () => void
}

/** Nobody yet. Who sends slowly makes way, so that slow senders keep nobody out. */
export function hookPlaces(now: () => number): HookPlaces {
  const counts = new Map<string, number>()
  const arriving = new Set<Arriving>()
  let all = 0
  const change = (account: string, by: 1 | -1): void => {
    all += by
    const count = (counts.get(account) ?? 0) + by
    if (count > 0) counts.set(account, count)
    else counts.delete(account)
  }
  const makeWay = (of: (each: Arriving) => boolean): boolean => {
    // The one that came first stands first.
    const oldest = [...arriving].find(of)
    if (oldest === undefined || now() - oldest.since < HOOK_GRACE_MS) return false
    oldest.giveUp()
    return true
  }
  const hasRoom = (account: string): boolean => {
    const isFull = (counts.get(account) ?? 0) >= HOOKS_PER_ACCOUNT
    if (isFull && !makeWay((each) => each.account === account)) return false
    return all < HOOKS || makeWay(() => true)
  }
  return {
    enter: (account) => {
      if (!hasRoom(account)) return undefined
      let cut = (): void => {}
      const isCut = new Promise<void>((resolve) => {
        cut = resolve
      })
      let isThere = true
      const leave = (): void => {
        arriving.delete(own)
        if (isThere) change(account, -1)
        isThere = false
      }
      const giveUp = (): void => {
        leave()
        cut()
      }
      const own: Arriving = { account, since: now(), giveUp }
      change(account, 1)
      arriving.add(own)
      return { cut: isCut, arrived: () => void arriving.delete(own), leave }
    },
  }
}
