import type { ConnectionFacts } from './ports.ts'

/**
 * Whether a page of this origin may connect: the gateway's own, or one that the operator named. Whoever sends no origin is
 * no browser. Loopback pages are no exception: any local program may serve one.
 */
export function isOriginAllowed(
  { origin, host }: ConnectionFacts,
  allowed: readonly string[],
): boolean {
  if (origin === undefined) return true
  const plain = origin.trim().toLowerCase().replace(/\/$/, '')
  if (allowed.some((each) => each.trim().toLowerCase().replace(/\/$/, '') === plain)) return true
  const own = /^(https?|wss?):\/\/([^/@]+)$/.exec(plain)
  if (own === null || host === undefined) return false
  const [, scheme = '', named = ''] = own
  const port = scheme === 'https' || scheme === 'wss' ? ':443' : ':80'
  return withPort(named, port) === withPort(host.trim().toLowerCase(), port)
}

function withPort(host: string, port: string): string {
  return /:\d+$/.test(host) ? host : host + port
}
