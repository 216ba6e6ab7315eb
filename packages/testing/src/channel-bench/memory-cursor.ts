import type { CursorStore } from '@openclaw/pairing-contracts'

type Saved = Readonly<Record<string, string | number>>

/** A cursor's store that forgets with the process. */
export interface MemoryCursor extends CursorStore {
  /** How often something was saved. */
  readonly saves: () => number
  /** What was saved last. */
  readonly last: () => Saved | undefined
  /** From now on nothing can be read or saved; `undefined`: again it can. */
  readonly failWith: (error: Error | undefined) => void
}

/** A store that holds `initial`, as an earlier run left it. */
export function memoryCursor(initial?: unknown): MemoryCursor {
  let saved = initial as Saved | undefined
  let saves = 0
  let failure: Error | undefined
  return {
    load: () => (failure ? Promise.reject(failure) : Promise.resolve(saved)),
    save: (cursor) => {
      if (failure) return Promise.reject(failure)
      saved = structuredClone(cursor)
      saves += 1
      return Promise.resolve()
    },
    saves: () => saves,
    last: () => saved,
    failWith: (error) => {
      failure = error
    },
  }
}
