import type { Context } from './context.ts'
import { type EventRow, NO_HASH } from './events.ts'
import type { Session } from './link.ts'
import type { ScopeEnd } from './write.ts'

/** Where the chains of some scopes end, while entries are added to them. */
export interface ChainEnds {
  readonly hashOf: (scope: string) => string
  readonly move: (row: EventRow) => void
  /** The ends that moved. */
  readonly moved: () => readonly ScopeEnd[]
}

/** Reads the ends of `scopes`, under the lock. */
export async function chainEnds(
  session: Session,
  { names }: Context,
  scopes: readonly string[],
): Promise<ChainEnds> {
  const text = `SELECT scope, hash FROM ${names.scopes} WHERE scope = ANY ($1)`
  const found = await session.rows({ text, values: [scopes.filter((scope) => !/\0/.test(scope))] })
  const before = new Map(found.map(([scope, hash]) => [String(scope), String(hash)]))
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
