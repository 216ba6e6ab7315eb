import { SignalUrlInvalid } from './errors.ts'

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/**
 * The daemon's address without a slash at the end.
 *
 * @throws {@link SignalUrlInvalid} unless it is https, or http on this machine, and holds nothing else
 */
export function parseBaseUrl(httpUrl: string): string {
  const url = URL.canParse(httpUrl) ? new URL(httpUrl) : undefined
  if (url === undefined) throw new SignalUrlInvalid('is no URL')
  const isSafe =
    url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname))
  if (!isSafe) throw new SignalUrlInvalid('would send messages in clear')
  if (url.username !== '' || url.password !== '')
    throw new SignalUrlInvalid('has a user or password in it')
  if (/\/api(?:\/|$)/.test(url.pathname) || url.search !== '' || url.hash !== '')
    throw new SignalUrlInvalid('must be the address alone')
  return httpUrl.replace(/\/+$/, '')
}
