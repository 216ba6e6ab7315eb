import { type EventRow, NO_HASH } from './events.ts'
import type { ScopeEnd } from './write.ts'

/** Where the chains of some scopes end, while entries are added to them. */
export interface ChainEnds {
  readonly hashOf: (scope: string) => string
  readonly move: (row: EventRow) => void
  /** The ends that moved. */
  readonly moved: () => readonly ScopeEnd[]
}

/** The ends as they were read under the lock. */
export function chainEnds(before: ReadonlyMap<string, string>): ChainEnds {
  const ends = new Map<string, ScopeEnd>()
  return {
    hashOf: (scope) => ends.get(scope)?.hash ?? before.get(scope) ?? NO_HASH,
    move: ({ scope, hash, seq }) => {
      const gained = (ends.get(scope)?.gained ?? 0) + 1
      ends.set(scope, { scope, hash, seq, gained, before: before.get(scope) })
    },
    moved: () => [...ends.values()],
  }
}
