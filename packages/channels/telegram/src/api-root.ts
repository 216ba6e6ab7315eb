import { type AddressFault, addressFault } from '@openclaw/pairing-channel-kit'
import { TelegramApiRootInvalid } from './errors.ts'

const PROBLEMS: Readonly<Record<Exclude<AddressFault, 'credentials'>, string>> = {
  'no-url': 'is no URL',
  'in-clear': 'would send the bot token in clear',
  more: 'must be the root alone',
}

/**
 * The API root without a slash at the end.
 *
 * @throws {@link TelegramApiRootInvalid} unless it is https, or http on this machine, and holds no token
 */
export function parseApiRoot(apiRoot: string): string {
  const fault = addressFault(apiRoot, 'http')
  // A server of one's own may ask for a password.
  if (fault !== undefined && fault !== 'credentials')
    throw new TelegramApiRootInvalid(PROBLEMS[fault])
  const { pathname, search, hash } = new URL(apiRoot)
  if (/\/bot[^/]*/i.test(pathname) || search !== '' || hash !== '')
    throw new TelegramApiRootInvalid(PROBLEMS.more)
  return apiRoot.replace(/\/+$/, '')
}
