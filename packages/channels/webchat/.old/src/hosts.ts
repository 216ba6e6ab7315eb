const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** The name in a `Host` header, lower case and without port; `undefined` when there is none. */
export function hostName(header: string | null): string | undefined {
  const name = header?.trim().toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '')
  return name === undefined || name === '' ? undefined : name
}

/** True for a name that means this machine: `localhost`, `*.localhost`, `127.0.0.0/8`, `[::1]`. */
export function isLoopbackName(name: string): boolean {
  return loopback.has(name) || name.endsWith('.localhost') || /^127(\.\d{1,3}){3}$/.test(name)
}

/**
 * Whether a request's `Host` header names this server: a loopback name or one of `hosts`. A web page elsewhere that
 * points its own name at this machine (DNS rebinding) does not get through.
 */
export function acceptsHost(header: string | null, hosts: readonly string[] | 'any'): boolean {
  if (hosts === 'any') return true
  const name = hostName(header)
  return name !== undefined && (isLoopbackName(name) || hosts.includes(name))
}

/** True when a request that changes something comes from a page of this very server, or from no page at all. */
export function isSameOrigin(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin') return false
  const origin = request.headers.get('origin')
  if (origin === null) return true
  // TLS may end at a proxy, so the scheme is not compared.
  return URL.canParse(origin) && new URL(origin).host === hostWithPort(request)
}

function hostWithPort(request: Request): string {
  return (request.headers.get('host') ?? new URL(request.url).host).toLowerCase()
}
