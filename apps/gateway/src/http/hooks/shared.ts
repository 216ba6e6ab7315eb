import { BlockList } from 'node:net'
import type { Client } from '../client.ts'

/** Networks in which no platform is: whoever comes from there is a proxy, a tunnel or a container's bridge, or on their near side. */
const NEAR: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['::1', 128, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
]

/**
 * Whether one address may stand for many visitors, a platform among them, so that what one of them does must not be held
 * against all: a proxy nobody named, an address of the own network, a trusted proxy that does not say for whom it asks.
 */
export function sharedAddress(
  isTrusted: (address: string) => boolean,
): (client: Pick<Client, 'address' | 'unknownProxy'>) => boolean {
  const near = new BlockList()
  for (const [network, bits, family] of NEAR) near.addSubnet(network, bits, family)
  return ({ address, unknownProxy }) => {
    if (unknownProxy !== undefined || address === 'unknown') return true
    return near.check(address, address.includes(':') ? 'ipv6' : 'ipv4') || isTrusted(address)
  }
}
