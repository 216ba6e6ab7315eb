import { type AddressFault, addressFault } from '@openclaw/pairing-channel-kit'
import { SlackApiRootInvalid } from './errors.ts'

/** Where Slack's Web API is. */
export const SLACK_API_ROOT = 'https://slack.com/api'

const PROBLEMS: Readonly<Record<AddressFault, string>> = {
  'no-url': 'is no URL',
  'in-clear': 'would send the tokens in clear',
  credentials: 'must be the root alone',
  more: 'must be the root alone',
}

/**
 * Where methods are below, without a slash at the end; a host alone means its `/api`.
 *
 * @throws {@link SlackApiRootInvalid} unless it is https, or http on this machine
 */
export function parseApiRoot(apiRoot: string): string {
  const fault = addressFault(apiRoot, 'http')
  if (fault !== undefined) throw new SlackApiRootInvalid(PROBLEMS[fault])
  const { origin, pathname } = new URL(apiRoot)
  const path = pathname.replace(/\/+$/, '')
  return `${origin}${path === '' ? '/api' : path}`
}

/** True where the address of a socket keeps what is said on it to the two ends; it has a ticket behind its `?`. */
export function isSafeSocket(address: unknown): boolean {
  const fault = addressFault(address, 'ws')
  return fault === undefined || fault === 'more'
}
