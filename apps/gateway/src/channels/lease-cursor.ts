import type { Lease } from '@openclaw/credential-store-postgres'
import { WorkHandedOver } from '@openclaw/pairing'
import type { CursorStore, Json } from '@openclaw/pairing-contracts'

/** Whose place it is, and where it was kept while one machine had it alone. */
export interface LeaseCursorOptions {
  /** Each way of an account keeps its own: how far one came says nothing of another. */
  readonly name: string
  readonly local: Pick<CursorStore, 'load'>
}

/**
 * A {@link CursorStore} beside a lease: whoever takes it next goes on from there. Where nothing is kept yet, it is what this machine
 * kept. `save` rejects with `ERR_STORE_LEASE_OVER` when another process has the lease, and nothing was saved.
 */
export function leaseCursor(
  lease: Pick<Lease, 'isHeld' | 'kept' | 'save'>,
  { name, local }: LeaseCursorOptions,
): CursorStore {
  let places = placesIn(lease.kept())
  return {
    load: async () => places[name] ?? local.load(),
    save: async (cursor) => {
      // Whoever ends because of that must not wait for a database that it cannot reach.
      if (!lease.isHeld()) throw new WorkHandedOver()
      const next = { ...places, [name]: cursor }
      await lease.save(next)
      places = next
    },
  }
}

/** By name; what is none of ours is no place. */
function placesIn(kept: Json | undefined): Readonly<Record<string, Json>> {
  const isOurs = typeof kept === 'object' && kept !== null && !Array.isArray(kept)
  return isOurs ? (kept as Readonly<Record<string, Json>>) : {}
}
