import {
  HOOK_BYTES_HELD,
  HOOK_GRACE_MS,
  HOOKS,
  HOOKS_PER_ACCOUNT,
  HOOKS_PER_CLIENT,
} from '../../limits.ts'

/** A request's place among those that are under way. */
export interface HookPlace {
  /** Resolves when it has to make way for others; only while its body arrives. */
  readonly cut: Promise<void>
  /** So many bytes more of its body are held; false when that is too much for all together. */
  readonly holds: (bytes: number) => boolean
  /** Its body is there: it is let finish. */
  readonly arrived: () => void
  readonly leave: () => void
}

/** The requests that are under way; bounded. */
export interface HookPlaces {
  /**
   * `undefined` when there is no place, and none can be made.
   *
   * @param client - whom limits are counted for; `undefined` where many may stand behind one address
   */
  readonly enter: (account: string, client?: string) => HookPlace | undefined
}

interface Arriving {
  readonly account: string
  readonly client: string | undefined
  readonly since: number
  readonly giveUp: () => void
}

interface State {
  readonly counts: Map<string, number>
  /** The one that came first stands first. */
  readonly arriving: Set<Arriving>
  all: number
  held: number
}

/** Nobody yet. Who sends slowly makes way, so that slow senders keep nobody out. */
export function hookPlaces(now: () => number): HookPlaces {
  const state: State = { counts: new Map(), arriving: new Set(), all: 0, held: 0 }
  const makeWay = (of: (each: Arriving) => boolean): boolean => {
    const oldest = [...state.arriving].find(of)
    if (oldest === undefined || now() - oldest.since < HOOK_GRACE_MS) return false
    oldest.giveUp()
    return true
  }
  /** Who cuts in again and again would keep out everybody else: each has to make way for themselves. */
  const isGreedy = (client: string | undefined): boolean => {
    if (client === undefined) return false
    const own = [...state.arriving].filter((each) => each.client === client)
    return own.length >= HOOKS_PER_CLIENT && !makeWay((each) => each.client === client)
  }
  const hasRoom = (account: string): boolean => {
    const isFull = (state.counts.get(account) ?? 0) >= HOOKS_PER_ACCOUNT
    if (isFull && !makeWay((each) => each.account === account)) return false
    return state.all < HOOKS || makeWay(() => true)
  }
  return {
    enter: (account, client) =>
      !isGreedy(client) && hasRoom(account)
        ? take(state, { account, client, since: now(), makeWay })
        : undefined,
  }
}

interface Taking extends Omit<Arriving, 'giveUp'> {
  readonly makeWay: (of: (each: Arriving) => boolean) => boolean
}

function take(state: State, { account, client, since, makeWay }: Taking): HookPlace {
  const place = { bytes: 0, isTaken: true, cut: (): void => {} }
  const cut = new Promise<void>((resolve) => {
    place.cut = resolve
  })
  const leave = (): void => {
    state.arriving.delete(own)
    if (!place.isTaken) return
    place.isTaken = false
    state.held -= place.bytes
    change(state, account, -1)
  }
  const giveUp = (): void => {
    leave()
    place.cut()
  }
  const own: Arriving = { account, client, since, giveUp }
  const isTooMuch = (bytes: number): boolean => state.held + bytes > HOOK_BYTES_HELD
  change(state, account, 1)
  state.arriving.add(own)
  return {
    cut,
    leave,
    arrived: () => void state.arriving.delete(own),
    holds: (bytes) => {
      while (isTooMuch(bytes) && makeWay((each) => each !== own)) {}
      if (!place.isTaken || isTooMuch(bytes)) return false
      place.bytes += bytes
      state.held += bytes
      return true
    },
  }
}

function change(state: State, account: string, by: 1 | -1): void {
  state.all += by
  const count = (state.counts.get(account) ?? 0) + by
  if (count > 0) state.counts.set(account, count)
  else state.counts.delete(account)
}
