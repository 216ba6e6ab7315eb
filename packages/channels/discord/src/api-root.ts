import { type AddressFault, addressFault } from '@openclaw/pairing-channel-kit'
import { DiscordApiRootInvalid } from './errors.ts'

/** Where Discord's REST API is; the version follows. */
export const DISCORD_API_ROOT = 'https://discord.com/api'

const PROBLEMS: Readonly<Record<AddressFault, string>> = {
  'no-url': 'is no URL',
  'in-clear': 'would send the token in clear',
  credentials: 'must be the root alone',
  more: 'must be the root alone',
}

/**
 * What versions are below, without a slash at the end; a host alone means its `/api`, and a version at the end is left out.
 *
 * @throws {@link DiscordApiRootInvalid} unless it is https, or http on this machine
 */
export function parseApiRoot(apiRoot: string): string {
  const fault = addressFault(apiRoot, 'http')
  if (fault !== undefined) throw new DiscordApiRootInvalid(PROBLEMS[fault])
  const { origin, pathname } = new URL(apiRoot)
  const path = pathname.replace(/\/+$/, '').replace(/\/v\d+$/, '')
  return `${origin}${path === '' ? '/api' : path}`
}

/** True where the address of a gateway keeps what is said there to the two ends, and is nothing but an address. */
export function isSafeGateway(address: unknown): address is string {
  return addressFault(address, 'ws') === undefined
}
