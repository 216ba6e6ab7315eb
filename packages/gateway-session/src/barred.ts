import { type WireError, wireError } from '@openclaw/pairing-protocol'
import type { Hub } from './hub.ts'
import type { Peer } from './peer.ts'
import { endLost } from './recheck.ts'
import type { Look } from './standings.ts'
import { unavailable } from './unavailable.ts'
import { lost } from './verdict.ts'

/**
 * Why nothing is done for a client: its admission no longer holds, which ends it, or the store cannot say whether it does.
 * `undefined` when something may be done.
 */
export function barredBy(
  { standings }: Pick<Hub, 'standings'>,
  peer: Peer,
  look: Look,
): { readonly ok: false; readonly error: WireError } | undefined {
  if (look?.holds) return undefined
  if (look === undefined) return { ok: false, error: unavailable(standings.problem()) }
  if (!peer.endsItself) endLost(peer, look.because)
  const { code, facts } = lost(look.because)
  return { ok: false, error: wireError(code, facts) }
}
