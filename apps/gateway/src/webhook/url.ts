import { WebhookUrlRefused } from '../errors.ts'
import { isLoopback } from '../http/address.ts'

/**
 * An address that may be told what happens here: https, or http on this machine.
 *
 * @param key - where it is configured, such as `pairing.agent.url`
 * @throws {@link WebhookUrlRefused}
 */
export function checkedUrl(text: string, key: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const name = url?.hostname.replace(/^\[|\]$/g, '') ?? ''
  const isHere = url?.protocol === 'http:' && (name === 'localhost' || isLoopback(name))
  if (url === undefined || (url.protocol !== 'https:' && !isHere)) throw new WebhookUrlRefused(key)
  return url
}
