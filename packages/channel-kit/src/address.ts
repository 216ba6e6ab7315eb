const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/**
 * Why an address may not be used.
 *
 * - `no-url`: it is none
 * - `in-clear`: neither TLS nor this machine
 * - `credentials`: a user or a password stands in it
 * - `more`: something follows a `?` or a `#`
 */
export type AddressFault = 'no-url' | 'in-clear' | 'credentials' | 'more'

/** Looks at the address of an API (`http`) or a socket (`ws`): TLS, or this machine; `undefined`: it may be used. */
export function addressFault(address: unknown, scheme: 'http' | 'ws'): AddressFault | undefined {
  if (typeof address !== 'string' || !URL.canParse(address)) return 'no-url'
  const url = new URL(address)
  const isSafe =
    url.protocol === `${scheme}s:` || (url.protocol === `${scheme}:` && LOOPBACK.test(url.hostname))
  if (!isSafe) return 'in-clear'
  if (url.username !== '' || url.password !== '') return 'credentials'
  return url.search === '' && url.hash === '' ? undefined : 'more'
}

/** Scheme, host and port, for messages: the rest may hold a secret. */
export const originOf = (address: string): string => new URL(address).origin
