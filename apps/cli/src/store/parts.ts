import type { TransferPorts } from '@openclaw/credential-store/transfer'
import type { EpochMs } from '@openclaw/pairing-contracts'
import type { Call } from '../args/types.ts'
import { iso } from '../output/time.ts'
import type { Contents } from './contents.ts'
import type { OpenPlace } from './open-place.ts'

/** Who moves a store at this terminal. */
export function transferPorts(call: Call): TransferPorts {
  return {
    actor: { kind: 'root', user: call.world.user() },
    now: () => call.world.now() as EpochMs,
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
  }
}

/** Works with places and closes them whatever comes. */
export async function withPlaces<R>(
  places: readonly OpenPlace[],
  work: () => Promise<R>,
): Promise<R> {
  try {
    return await work()
  } finally {
    await Promise.all(places.map(({ close }) => close().catch(() => undefined)))
  }
}

/** A place for a script. */
export function placeJson({ kind, where }: Pick<OpenPlace, 'kind' | 'where'>) {
  return { kind, where }
}

/** What a store holds, for a script. */
export function contentsJson({ people, owners, devices, records, journal }: Contents) {
  const { oldest, newest, ...counts } = journal
  return {
    people: people.map((count) => ({ ...count })),
    owners,
    devices: { ...devices },
    records,
    journal: {
      ...counts,
      ...(oldest !== undefined && { oldest: iso(oldest) }),
      ...(newest !== undefined && { newest: iso(newest) }),
    },
  }
}
