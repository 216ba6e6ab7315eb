import { BlockList, isIP } from 'node:net'
import { GatewayUrlRefused } from './url-errors.ts'

/** Where a gateway is, checked. */
export interface GatewayUrl {
  /** `ws(s)://host[:port][/path]` in its one spelling; the key of its tokens. */
  readonly href: string
  readonly secure: boolean
  /** Without brackets. */
  readonly host: string
}

const MAX_URL_LENGTH = 2_048

/**
 * Reads the address of a gateway.
 *
 * @param plain - `private`: `ws://` is for loopback, private and link-local addresses and `.local` names only;
 * `anywhere`: whoever is on the way may read and change everything
 * @throws {@link GatewayUrlRefused}
 */
export function parseGatewayUrl(typed: string, plain: 'private' | 'anywhere'): GatewayUrl {
  const url = typed.length <= MAX_URL_LENGTH && URL.canParse(typed) ? new URL(typed) : undefined
  if (url === undefined) throw new GatewayUrlRefused('not-a-url')
  if (url.protocol !== 'wss:' && url.protocol !== 'ws:') throw new GatewayUrlRefused('scheme')
  if (url.username !== '' || url.password !== '') throw new GatewayUrlRefused('credentials')
  if (url.search !== '' || url.hash !== '') throw new GatewayUrlRefused('query')
  const secure = url.protocol === 'wss:'
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (!secure && plain === 'private' && !isPrivateHost(host)) {
    throw new GatewayUrlRefused('plain-text')
  }
  return { href: `${url.protocol}//${url.host}${trimmed(url.pathname)}`, secure, host }
}

function trimmed(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}

const privateRanges = new BlockList()
privateRanges.addSubnet('127.0.0.0', 8)
privateRanges.addSubnet('10.0.0.0', 8)
privateRanges.addSubnet('172.16.0.0', 12)
privateRanges.addSubnet('192.168.0.0', 16)
privateRanges.addSubnet('169.254.0.0', 16)
privateRanges.addAddress('::1', 'ipv6')
privateRanges.addSubnet('fc00::', 7, 'ipv6')
privateRanges.addSubnet('fe80::', 10, 'ipv6')

function isPrivateHost(host: string): boolean {
  const family = isIP(host)
  if (family !== 0) return privateRanges.check(host, family === 6 ? 'ipv6' : 'ipv4')
  return host === 'localhost' || host.endsWith('.localhost') || host.endsWith('.local')
}
