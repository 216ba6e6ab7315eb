import type { ClientParts } from './client-parts.ts'
import { DIAL_TIMEOUT_MS } from './limits.ts'
import type { SocketTarget } from './socket.ts'
import { memoryTokenCache } from './token-cache.ts'
import { type TokenKeeper, tokenKeeper } from './token-keeper.ts'

/** An address, and the tokens of the gateway there. */
export interface Place {
  readonly target: SocketTarget
  readonly keeper: TokenKeeper
}

/** The addresses of one gateway, one of which is tried. */
export interface Places {
  readonly count: number
  /** Milliseconds until a connection has to be open, where there is somewhere else to look. */
  readonly dialMs: number | undefined
  readonly current: () => Place
  /** On to the next, and from the last to the first. */
  readonly moveOn: () => void
}

/** All addresses, the first one being tried. */
export function placesOf(parts: ClientParts): Places {
  const [target, ...others] = parts.targets
  const placeOf = (each: SocketTarget): Place => ({ target: each, keeper: keeperOf(parts, each) })
  const first = placeOf(target)
  const places = [first, ...others.map(placeOf)]
  let at = 0
  return {
    count: places.length,
    dialMs: places.length > 1 ? DIAL_TIMEOUT_MS : undefined,
    current: () => places[at] ?? first,
    moveOn: () => {
      at = (at + 1) % places.length
    },
  }
}

function keeperOf({ options, claims, ports, log }: ClientParts, target: SocketTarget): TokenKeeper {
  const { tokens: cache = memoryTokenCache() } = options
  return tokenKeeper({ cache, key: { gateway: target.href, role: claims.role }, ports, log })
}
