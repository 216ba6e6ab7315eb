import { TelegramApiRootInvalid } from './errors.ts'

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/**
 * The API root without a slash at the end.
 *
 * @throws {@link TelegramApiRootInvalid} unless it is https, or http on this machine, and holds no token
 */
export function parseApiRoot(apiRoot: string): string {
  const url = URL.canParse(apiRoot) ? new URL(apiRoot) : undefined
  if (url === undefined) throw new TelegramApiRootInvalid('is no URL')
  const isSafe =
    url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname))
  if (!isSafe) throw new TelegramApiRootInvalid('would send the bot token in clear')
  if (/\/bot[^/]*/i.test(url.pathname) || url.search !== '' || url.hash !== '') {
    throw new TelegramApiRootInvalid('must be the root alone')
  }
  return apiRoot.replace(/\/+$/, '')
}

/** Scheme, host and port, for messages: a root may hold a password. */
export const originOf = (apiRoot: string): string => new URL(apiRoot).origin
