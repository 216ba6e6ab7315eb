/** From how far away an address is reached. */
export type Reach = 'loopback' | 'private' | 'tailnet' | 'public' | 'nowhere'

/** How far a host of a URL reaches; `URL` has spelled it its one way. */
export function reachOf(hostname: string): Reach {
  const host = hostname.toLowerCase().replace(/\.$/, '')
  if (host.startsWith('[')) return reachOfIpv6(host.slice(1, -1))
  const octets = /^(\d+)\.(\d+)\.\d+\.\d+$/.exec(host)
  if (octets !== null) return reachOfIpv4(Number(octets[1]), Number(octets[2]))
  if (host === 'localhost' || host.endsWith('.localhost')) return 'loopback'
  return host.endsWith('.local') ? 'private' : 'public'
}

function reachOfIpv4(first: number, second: number): Reach {
  if (first === 0 || first >= 224) return 'nowhere'
  if (first === 127) return 'loopback'
  if (first === 10 || (first === 192 && second === 168)) return 'private'
  if (first === 172 && second >= 16 && second <= 31) return 'private'
  if (first === 169 && second === 254) return 'private'
  return first === 100 && second >= 64 && second <= 127 ? 'tailnet' : 'public'
}

function reachOfIpv6(address: string): Reach {
  if (address === '::1') return 'loopback'
  if (address === '::' || /^ff[\da-f]{2}:/.test(address)) return 'nowhere'
  // IPv4 in another dress: `URL` writes its two halves as hex.
  const mapped = /^::ffff:([\da-f]{1,4}):[\da-f]{1,4}$/.exec(address)?.[1]
  if (mapped !== undefined) {
    const half = Number.parseInt(mapped, 16)
    return reachOfIpv4(half >> 8, half & 0xff)
  }
  if (address.startsWith('fd7a:115c:a1e0:')) return 'tailnet'
  return /^(?:f[cd][\da-f]{2}|fe[89ab][\da-f]):/.test(address) ? 'private' : 'public'
}

/** Whether what is sent there in clear stays where the owner can look after it. */
export function mayBePlain(reach: Reach): boolean {
  return reach === 'loopback' || reach === 'private'
}

/** An address as a URL has it. */
export function inUrl(address: string): string {
  return address.includes(':') ? `[${address}]` : address
}

/** How far an address without brackets reaches; `nowhere` for what is none. */
export function reachOfAddress(address: string): Reach {
  const url = `ws://${inUrl(address)}/`
  return URL.canParse(url) ? reachOf(new URL(url).hostname) : 'nowhere'
}
