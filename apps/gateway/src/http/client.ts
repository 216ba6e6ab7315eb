import { BlockList } from 'node:net'
import { FORWARDED_CHARS } from '../limits.ts'
import { isLoopback, normalAddress, rateKey } from './address.ts'

/** Who is at the other end, as far as it can be known. */
export interface Client {
  /** The visitor's address: the peer, or what trusted proxies say. `unknown` when there is none. */
  readonly address: string
  /** Whom limits are counted for. */
  readonly key: string
  /** How the visitor's browser speaks. */
  readonly scheme: 'http' | 'https'
  readonly via: 'proxy' | 'direct'
  /** True when the connection comes from this machine and nothing says that it was passed on. Never an authority by itself. */
  readonly isLocal: boolean
  /** The peer, when it passes others' requests on and is not among `gateway.trustedProxies`: all its visitors look like one. */
  readonly unknownProxy?: string
}

/** Tells who is at the other end of a connection. */
export type ClientOf = (peer: string | undefined, headers: Headers) => Client

/** Which proxies are believed. */
export function trust(proxies: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const proxy of proxies) {
    const [network = '', bits] = proxy.split('/', 2)
    const address = normalAddress(network)
    if (address === undefined) continue
    const family = address.includes(':') ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return (address) => list.check(address, address.includes(':') ? 'ipv6' : 'ipv4')
}

/**
 * Reads `X-Forwarded-For` from its right end and only as far as trusted proxies wrote it: what stands further left
 * anybody may have made up.
 *
 * @param own - how this gateway speaks with who comes directly
 */
export function clientReader(proxies: readonly string[], own: Client['scheme'] = 'http'): ClientOf {
  const isTrusted = trust(proxies)
  return (peer, headers) => {
    const direct = normalAddress(peer ?? '')
    if (direct === undefined) return client('unknown', own, 'direct')
    const forwarded = headers.get('x-forwarded-for')
    if (forwarded === null || !isTrusted(direct)) {
      const isPassedOn = forwarded !== null || headers.has('forwarded') || headers.has('x-real-ip')
      const seen = client(direct, own, 'direct')
      return isPassedOn
        ? { ...seen, unknownProxy: direct }
        : { ...seen, isLocal: isLoopback(direct) }
    }
    const scheme = headers.get('x-forwarded-proto')?.split(',').at(-1)?.trim().toLowerCase()
    return client(
      lastUntrusted(direct, forwarded, isTrusted),
      scheme === 'https' ? 'https' : 'http',
      'proxy',
    )
  }
}

function client(address: string, scheme: Client['scheme'], via: Client['via']): Client {
  return { address, key: rateKey(address), scheme, via, isLocal: false }
}

/** The first address from the right that is no trusted proxy; where all are, the one furthest left. */
function lastUntrusted(
  peer: string,
  forwarded: string,
  isTrusted: (address: string) => boolean,
): string {
  let last = peer
  for (const entry of forwarded.slice(-FORWARDED_CHARS).split(',').reverse()) {
    const address = normalAddress(entry)
    // A proxy that writes nonsense is as far as one can see.
    if (address === undefined) return last
    last = address
    if (!isTrusted(address)) return last
  }
  return last
}
