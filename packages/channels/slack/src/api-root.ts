import { SlackApiRootInvalid } from './errors.ts'

/** Where Slack's Web API is. */
export const SLACK_API_ROOT = 'https://slack.com/api'

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/**
 * Where methods are below, without a slash at the end; a host alone means its `/api`.
 *
 * @throws {@link SlackApiRootInvalid} unless it is https, or http on this machine
 */
export function parseApiRoot(apiRoot: string): string {
  const url = URL.canParse(apiRoot) ? new URL(apiRoot) : undefined
  if (url === undefined) throw new SlackApiRootInvalid('is no URL')
  if (!isSafe(url, 'http')) throw new SlackApiRootInvalid('would send the tokens in clear')
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new SlackApiRootInvalid('must be the root alone')
  const path = url.pathname.replace(/\/+$/, '')
  return `${url.origin}${path === '' ? '/api' : path}`
}

/** True where the address of a socket keeps what is said on it to the two ends. */
export function isSafeSocket(address: unknown): boolean {
  return typeof address === 'string' && URL.canParse(address) && isSafe(new URL(address), 'ws')
}

const isSafe = (url: URL, scheme: 'http' | 'ws'): boolean =>
  url.protocol === `${scheme}s:` || (url.protocol === `${scheme}:` && LOOPBACK.test(url.hostname))

/** Scheme, host and port, for messages. */
export const originOf = (apiRoot: string): string => new URL(apiRoot).origin
