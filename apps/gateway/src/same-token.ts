import { createHash } from 'node:crypto'
import type { ChannelLog, Json, Replicas } from '@openclaw/pairing-contracts'
import type { SharedSecret } from '@openclaw/pairing-session'

/** What {@link checkSameToken} works with. */
export interface SameTokenComponents {
  readonly replicas: Pick<Replicas, 'note' | 'noted' | 'onNoted'>
  readonly log: ChannelLog
  readonly shared: SharedSecret
  /** Drawn for this machine, because the configuration has none: 256 random bits. */
  readonly isDrawn: boolean
}

const KEY = 'gateway-token'
const FIX = 'set OPENCLAW_GATEWAY_TOKEN to the same on all gateways'

/**
 * Says where the gateways that share a store do not share what devices ask with: a device would be let ask at one and not at another.
 * A drawn secret is told as a digest, from which nobody comes back to 256 random bits; what a person wrote is never told, so that two
 * that were written are not compared. Returns its end.
 */
export function checkSameToken({
  replicas,
  log,
  shared,
  isDrawn,
}: SameTokenComponents): () => void {
  const own = digestOf(shared.secret)
  if (isDrawn) {
    log('warn', 'gateway-token-drawn-here', { fix: FIX })
    replicas.note(KEY, own)
  }
  let isTold = false
  const look = (): void => {
    const others = replicas.noted(KEY).map(({ value }) => value)
    const differs = others.some((each: Json) => each !== own)
    if (differs && !isTold) log('error', 'gateways-have-different-tokens', { fix: FIX })
    isTold = differs
  }
  look()
  return replicas.onNoted(look)
}

function digestOf(secret: string): string {
  return createHash('sha256').update(`openclaw-gateway-token:${secret}`).digest('hex')
}
