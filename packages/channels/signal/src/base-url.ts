import { type AddressFault, addressFault } from '@openclaw/pairing-channel-kit'
import { SignalUrlInvalid } from './errors.ts'

const PROBLEMS: Readonly<Record<AddressFault, string>> = {
  'no-url': 'is no URL',
  'in-clear': 'would send messages in clear',
  credentials: 'has a user or password in it',
  more: 'must be the address alone',
}

/**
 * The daemon's address without a slash at the end.
 *
 * @throws {@link SignalUrlInvalid} unless it is https, or http on this machine, and holds nothing else
 */
export function parseBaseUrl(httpUrl: string): string {
  const fault = addressFault(httpUrl, 'http')
  if (fault !== undefined) throw new SignalUrlInvalid(PROBLEMS[fault])
  if (/\/api(?:\/|$)/.test(new URL(httpUrl).pathname)) throw new SignalUrlInvalid(PROBLEMS.more)
  return httpUrl.replace(/\/+$/, '')
}
